package dev.onsale.orders.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.runtime.Settings;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrustedProxiesTest {

    private static TrustedProxies trusting(String networks, String header) {
        return LimitConfig.from(Settings.of(Map.of("trusted.proxies", networks, "trusted.proxies.header", header)))
                .proxies();
    }

    private static String caller(TrustedProxies proxies, String peer, String values) {
        return proxies.caller(
                InetAddress.ofLiteral(peer), values.isEmpty() ? List.of() : Arrays.asList(values.split("\\|", -1)));
    }

    @ParameterizedTest(name = "{0} says {1}: {2}")
    @CsvSource(
            delimiter = ';',
            value = {
                "198.51.100.7 ; ''                                  ; 198.51.100.7",
                "198.51.100.7 ; 203.0.113.9                         ; 198.51.100.7", // nobody of ours
                "10.1.2.3     ; 203.0.113.9                         ; 203.0.113.9",
                "10.1.2.3     ; 192.0.2.1, 203.0.113.9              ; 203.0.113.9", // the caller wrote the first
                "10.1.2.3     ; 192.0.2.1|203.0.113.9               ; 203.0.113.9", // in a header of its own
                "10.1.2.3     ; 192.0.2.1,203.0.113.9,10.9.9.9      ; 203.0.113.9", // two proxies
                "10.1.2.3     ; 10.4.4.4                            ; 10.4.4.4", // called from inside
                "10.1.2.3     ; ''                                  ; 10.1.2.3",
                "10.1.2.3     ; unknown                             ; 10.1.2.3",
                "10.1.2.3     ; 203.0.113.9:4711                    ; 203.0.113.9",
                "10.1.2.3     ; ' , ,'                              ; 10.1.2.3",
                "10.1.2.3     ; localhost                           ; 10.1.2.3", // names are not asked for
                "10.1.2.3     ; [                                   ; 10.1.2.3",
                "10.1.2.3     ; 2001:db8:1:2:3:4:5:6                ; 20010db800010002",
                "10.1.2.3     ; [2001:db8:1:2:9:9:9:9]:443          ; 20010db800010002", // the same site
                "::ffff:10.1.2.3 ; 203.0.113.9                      ; 203.0.113.9",
                "fd00::1      ; 203.0.113.9                         ; 203.0.113.9",
                "fe00::1      ; 203.0.113.9                         ; fe00000000000000"
            })
    void caller_isWhoTheLastTrustedProxyWasCalledBy(String peer, String values, String caller) {
        assertEquals(caller, caller(trusting("10.0.0.0/8, fd00::/8", "X-Forwarded-For"), peer, values));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '#',
            value = {
                "for=203.0.113.9;proto=https # 203.0.113.9",
                "for=192.0.2.1, For=\"203.0.113.9:4711\";by=10.1.1.1 # 203.0.113.9",
                "proto=https;for=\"[2001:db8:1:2::1]:4711\" # 20010db800010002",
                "for=_hidden # 10.1.2.3",
                "203.0.113.9 # 10.1.2.3"
            })
    void caller_isReadFromForwarded_whenProxiesWriteThat(String value, String caller) {
        assertEquals(caller, caller(trusting("10.1.2.3", "Forwarded"), "10.1.2.3", value));
    }
}
