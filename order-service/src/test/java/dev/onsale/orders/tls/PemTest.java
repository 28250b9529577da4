package dev.onsale.orders.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

class PemTest {

    /** A P-256 key as SEC 1 is the end of what it is as PKCS #8. */
    private static final int PKCS8_BEFORE_SEC1 = 28;

    private static final HeldCertificate EC =
            new HeldCertificate.Builder().ecdsa256().build();
    private static final HeldCertificate RSA =
            new HeldCertificate.Builder().rsa2048().build();

    private static void assertRead(HeldCertificate expected, String pem) throws GeneralSecurityException {
        assertEquals(
                expected.keyPair().getPrivate(),
                Pem.key(pem, expected.keyPair().getPublic()).orElseThrow());
    }

    private static String sec1(HeldCertificate certificate) {
        byte[] pkcs8 = certificate.keyPair().getPrivate().getEncoded();
        String base64 =
                Base64.getMimeEncoder().encodeToString(Arrays.copyOfRange(pkcs8, PKCS8_BEFORE_SEC1, pkcs8.length));
        return "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                + "-----BEGIN EC PRIVATE KEY-----\n" + base64 + "\n-----END EC PRIVATE KEY-----\n";
    }

    @Test
    void key_isRead_inEveryFormatThatToolsWrite() throws GeneralSecurityException {
        assertRead(EC, EC.privateKeyPkcs8Pem());
        assertRead(RSA, RSA.privateKeyPkcs8Pem());
        assertRead(RSA, RSA.privateKeyPkcs1Pem());
        assertRead(EC, sec1(EC));
        assertRead(EC, EC.certificatePem() + EC.privateKeyPkcs8Pem().replace("\n", "\r\n"));
    }

    @Test
    void key_isNotFound_whenItHasAPassword() throws GeneralSecurityException {
        String encrypted = EC.privateKeyPkcs8Pem().replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        assertTrue(Pem.key(encrypted, EC.keyPair().getPublic()).isEmpty());
    }

    @Test
    void certificates_areRead_inTheirOrder_withTextBetween() throws GeneralSecurityException {
        assertEquals(
                List.of(EC.certificate(), RSA.certificate()),
                Pem.certificates("Leaf:\n" + EC.certificatePem() + "\nRoot:\n" + RSA.certificatePem()));
        assertEquals(List.of(), Pem.certificates("nothing"));
    }

    @Test
    void certificates_areRefused_whenTheLastIsHalf() {
        String two = EC.certificatePem() + RSA.certificatePem();
        for (int missing : new int[] {5, 100, RSA.certificatePem().length() - 30}) {
            assertThrows(
                    GeneralSecurityException.class, () -> Pem.certificates(two.substring(0, two.length() - missing)));
        }
    }

    /** The pair says which file, and what to do. */
    @Test
    void identity_isRefused_withWhatIsWrong() throws Exception {
        Authority authority = new Authority(Path.of("unused"));
        HeldCertificate good = authority.issue(1, Instant.EPOCH, Instant.EPOCH.plusSeconds(60));
        PemPair pair = new PemPair(Path.of("tls.crt"), Path.of("tls.key"));
        String certificate = good.certificatePem();
        String key = good.privateKeyPkcs8Pem();
        assertEquals(
                good.certificate(),
                pair.identity(new PemPair.Content(certificate, key)).certificate());
        String[][] wrong = {
            {"", key, "tls.crt holds no certificate"},
            {certificate.substring(0, 200), key, "tls.crt holds a broken certificate"},
            {certificate.replace("MII", "AAA"), key, "tls.crt holds a broken certificate"},
            {certificate, "", "tls.key holds no private key"},
            {certificate, EC.privateKeyPkcs8Pem(), "the key in tls.key is not that of the first certificate in tls.crt"
            },
            {certificate, RSA.privateKeyPkcs8Pem(), "the key in tls.key is not that of the first certificate in tls.crt"
            },
            {
                EC.certificatePem() + certificate,
                key,
                "the key in tls.key is not that of the first certificate in tls.crt"
            }
        };
        for (String[] row : wrong) {
            String why = String.valueOf(assertThrows(
                            UnusableException.class, () -> pair.identity(new PemPair.Content(row[0], row[1])))
                    .getMessage());
            assertTrue(why.startsWith(row[2]), why);
        }
    }
}
