package dev.onsale.system.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.system.stack.Machine;
import dev.onsale.system.stack.OnsaleProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The weights of deploy/dns-weights/powerdns.sh, as a PowerDNS on loopback answers by them. */
class DnsWeightsIT {

    private static final String STABLE = "192.0.2.1";
    private static final String CANDIDATE = "192.0.2.2";
    private static final int QUESTIONS = 1000;

    private final Path folder;
    private final int port = Machine.freePort();
    private final Process server;

    DnsWeightsIT(@TempDir Path folder) throws Exception {
        this.folder = folder;
        Files.writeString(folder.resolve("pdns.conf"), """
                launch=lmdb
                lmdb-filename=%1$s/zones
                local-address=127.0.0.1
                local-port=%2$d
                socket-dir=%1$s
                enable-lua-records=yes
                setuid=
                setgid=
                """.formatted(folder, port));
        Tool created =
                Tool.run(folder, "pdnsutil", "--config-dir=" + folder, "create-zone", "example.org", "ns.example.org");
        assumeInstalled(created);
        Path output = folder.resolve("pdns.out");
        server = new ProcessBuilder("/usr/sbin/pdns_server", "--config-dir=" + folder, "--daemon=no", "--guardian=no")
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(output.toFile()))
                .start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> Files.readString(output).contains("ready to distribute questions"));
    }

    /** Without the server there is no pdnsutil; without the backend it says which file is missing. */
    private static void assumeInstalled(Tool created) {
        if (created.exitCode() == 127 || created.output().contains("liblmdbbackend.so")) {
            Machine.skip("PowerDNS is not installed (apt-get install pdns-server pdns-backend-lmdb)");
        }
        assertEquals(0, created.exitCode(), created.output());
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.destroy();
        if (!server.waitFor(10, TimeUnit.SECONDS)) {
            server.destroyForcibly();
        }
    }

    @Test
    void record_givesTheCandidateItsShare() throws Exception {
        assertEquals(1, weights("check").exitCode(), "there is no record yet");
        assertEquals(0, weights("share", "10").exitCode());
        int candidates = answers(CANDIDATE);
        System.out.println(candidates + " of " + QUESTIONS + " resolutions lead to a candidate of 10 %");
        // Six standard deviations of a binomial to either side.
        assertTrue(candidates > 43 && candidates < 157, candidates + " of " + QUESTIONS);
        assertEquals(1, weights("check").exitCode());

        assertEquals(0, weights("share", "100").exitCode());
        assertEquals(QUESTIONS, answers(CANDIDATE));
        assertEquals(1, weights("check").exitCode());

        assertEquals(0, weights("share", "0").exitCode());
        assertEquals(QUESTIONS, answers(STABLE));
        Tool checked = weights("check");
        assertEquals(0, checked.exitCode(), checked.output());
        assertTrue(checked.output().startsWith("tickets.example.org leads to " + STABLE + " alone"), checked.output());
        assertEquals(2, weights("share", "101").exitCode());
    }

    private Tool weights(String... arguments) throws InterruptedException {
        String[] command = new String[arguments.length + 7];
        command[0] = "env";
        command[1] = "DNS_ZONE=example.org";
        command[2] = "DNS_NAME=tickets";
        command[3] = "DNS_STABLE=" + STABLE;
        command[4] = "DNS_CANDIDATE=" + CANDIDATE;
        command[5] = "PDNS_CONFIG_DIR=" + folder;
        command[6] =
                OnsaleProcess.root().resolve("deploy/dns-weights/powerdns.sh").toString();
        System.arraycopy(arguments, 0, command, 7, arguments.length);
        return Tool.run(folder, command);
    }

    /** How many of the questions are answered by this address. */
    private int answers(String address) throws IOException {
        int answers = 0;
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(5_000);
            for (int i = 0; i < QUESTIONS; i++) {
                answers += address.equals(ask(socket)) ? 1 : 0;
            }
        }
        return answers;
    }

    /** One question, whose answer ends with the address. */
    private String ask(DatagramSocket socket) throws IOException {
        ByteArrayOutputStream question = new ByteArrayOutputStream();
        // An id, no flags, one question, no other records; then the name, type A, class IN.
        question.writeBytes(new byte[] {0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : List.of("tickets", "example", "org")) {
            question.write(label.length());
            question.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        question.writeBytes(new byte[] {0, 0, 1, 0, 1});
        socket.send(
                new DatagramPacket(question.toByteArray(), question.size(), InetAddress.getLoopbackAddress(), port));
        DatagramPacket answer = new DatagramPacket(new byte[512], 512);
        socket.receive(answer);
        int end = answer.getLength();
        return InetAddress.getByAddress(Arrays.copyOfRange(answer.getData(), end - 4, end))
                .getHostAddress();
    }
}
