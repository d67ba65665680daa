package net.catraca.radius.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static net.catraca.radius.auth.AuthFixtures.PEPPER;
import static net.catraca.radius.auth.AuthFixtures.subscriber;
import static net.catraca.radius.auth.AuthFixtures.withPassword;
import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static net.catraca.radius.packet.RequestBuilder.decoded;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.auth.CredentialResult.Authenticated;
import net.catraca.radius.auth.CredentialResult.NeedsWorker;
import net.catraca.radius.auth.CredentialResult.Rejected;
import net.catraca.radius.auth.CredentialResult.Unjudged;
import net.catraca.radius.auth.CredentialResult.Unusable;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialCheckTest {

    private static final Nas NAS = AuthFixtures.nas("xyzzy5461");

    private final CredentialCheck check = new CredentialCheck(PEPPER, new Random(1));

    @Test
    void acceptsNemoOfRfc2865WithPap() {
        var request = decoded(hex("010000380f403f947397 8057bd83d5cb98f4227a 01066e656d6f"
                + "02120dbe708d93d413ce3196e43f782a0aee 0406c0a80110 050600000003"));

        assertThat(check.check(request, NAS, withPassword("arctangent"))).isEqualTo(authenticated(AuthMethod.PAP));
        assertThat(check.check(request, NAS, withPassword("arctangen"))).isEqualTo(wrongPassword());
    }

    @Test
    void readsMopsysResponseOfRfc2865() {
        var request = decoded(hex("01030043b122556d428a13d0d6253807c457ecf0 01076d6f707379"
                + "0212692c1f205fc081b919b95195f561a581 0406c0a80110 050600000007 180a3332373639343330"));

        assertThat(request.text(AttributeType.STATE)).isEqualTo("32769430");
        assertThat(check.check(request, NAS, withPassword("99101462"))).isEqualTo(authenticated(AuthMethod.PAP));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 32, 127, 128})
    void acceptsPasswordsUpTo128Octets(int length) {
        var password = "s".repeat(length);
        var request = Proofs.pap(accessRequest(length), password, NAS.secret()).unsigned();

        assertThat(check.check(request, NAS, withPassword(password))).isEqualTo(authenticated(AuthMethod.PAP));
        assertThat(check.check(request, NAS, withPassword(password + "s"))).isEqualTo(wrongPassword());
    }

    @Test
    void stripsNulsOnlyAtThePasswordsEnd() {
        var request = Proofs.pap(accessRequest(1), "a\0b", NAS.secret()).unsigned();

        assertThat(check.check(request, NAS, withPassword("a\0b"))).isEqualTo(authenticated(AuthMethod.PAP));
        assertThat(check.check(request, NAS, withPassword("a"))).isEqualTo(wrongPassword());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 17, 127, 129, 144, 253})
    void cannotUseAUserPasswordOfAnyOtherLength(int length) {
        var request = accessRequest(1)
                .add(AttributeType.USER_PASSWORD, new byte[length])
                .unsigned();

        assertThat(check.check(request, NAS, withPassword("x")))
                .isEqualTo(unusable(Unusable.Obstacle.MALFORMED_CREDENTIAL));
    }

    @Test
    void checksAPepperedHashWithPap() {
        var salt = "salt".getBytes(UTF_8);
        var subscriber = subscriber(new Credential.Peppered(salt, hmacSha256(PEPPER, "saltsegredo")));

        assertThat(check.check(pap("segredo"), NAS, subscriber)).isEqualTo(authenticated(AuthMethod.PAP));
        assertThat(check.check(pap("Segredo"), NAS, subscriber)).isEqualTo(wrongPassword());
    }

    @Test
    void acceptsChapWithTheRequestAuthenticatorAsChallenge() {
        var request = Proofs.chap(accessRequest(1), "segredo").unsigned();

        assertThat(check.check(request, NAS, withPassword("segredo"))).isEqualTo(authenticated(AuthMethod.CHAP));
        assertThat(check.check(request, NAS, withPassword("outro"))).isEqualTo(wrongPassword());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 16, 24, 253})
    void acceptsChapWithAChapChallengeOfAnyLength(int length) {
        var challenge = new byte[length];
        Arrays.fill(challenge, (byte) 0xc3);
        var request = Proofs.chap(accessRequest(1), "segredo", challenge).unsigned();

        assertThat(check.check(request, NAS, withPassword("segredo"))).isEqualTo(authenticated(AuthMethod.CHAP));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 18})
    void cannotUseAChapPasswordThatIsNot17Octets(int length) {
        var request = accessRequest(1)
                .add(AttributeType.CHAP_PASSWORD, new byte[length])
                .unsigned();

        assertThat(check.check(request, NAS, withPassword("x")))
                .isEqualTo(unusable(Unusable.Obstacle.MALFORMED_CREDENTIAL));
    }

    @Test
    void answersMsChapV2WithTheProofAndTheKeysThatTheRfcsPrint() {
        var request = Proofs.msChapV2(accessRequest(9).add(AttributeType.USER_NAME, "User"), "User", "clientPass")
                .unsigned();

        var reply = attributes(check.check(request, NAS, withPassword("clientPass")));

        assertThat(vendor(reply, 26))
                .isEqualTo(concat(
                        new byte[] {Proofs.IDENT}, "S=407A5589115FD0D6209F510FE9C04566932CDA56".getBytes(US_ASCII)));
        assertThat(vendor(reply, 7)).isEqualTo(new byte[] {0, 0, 0, 1});
        assertThat(vendor(reply, 8)).isEqualTo(new byte[] {0, 0, 0, 6});
        assertThat(revealKey(vendor(reply, 16), request)).isEqualTo(hex("8b7cdc149b993a1ba118cb153f56dccb"));
        assertThat(revealKey(vendor(reply, 17), request)).isEqualTo(hex("d5f0e9521e3ea9589645e86051c82226"));
    }

    @Test
    void saltsTheTwoKeysDifferentlyAndWithTheTopBit() {
        var request = Proofs.msChapV2(accessRequest(9).add(AttributeType.USER_NAME, "User"), "User", "clientPass")
                .unsigned();
        for (int i = 0; i < 200; i++) {
            var reply = attributes(check.check(request, NAS, withPassword("clientPass")));
            var send = Arrays.copyOf(vendor(reply, 16), 2);
            var receive = Arrays.copyOf(vendor(reply, 17), 2);

            assertThat(send).isNotEqualTo(receive);
            assertThat(send[0] & 0x80).isEqualTo(0x80);
            assertThat(receive[0] & 0x80).isEqualTo(0x80);
        }
    }

    @Test
    void leavesTheWindowsDomainOutOfTheHashedName() {
        var request = Proofs.msChapV2(accessRequest(9).add(AttributeType.USER_NAME, "CASA\\ana"), "ana", "segredo")
                .unsigned();

        assertThat(check.check(request, NAS, withPassword("segredo"))).isInstanceOf(Authenticated.class);
    }

    @Test
    void readsAllMsChapAttributesFromOneVendorSpecificAttribute() {
        var apart = Proofs.msChapV2(accessRequest(9).add(AttributeType.USER_NAME, "ana"), "ana", "segredo")
                .unsigned();
        var together = concat(
                new byte[] {0, 0, 1, 55, 11, 18}, vendorValue(apart, 11), new byte[] {25, 52}, vendorValue(apart, 25));
        var request = accessRequest(9)
                .add(AttributeType.USER_NAME, "ana")
                .add(AttributeType.VENDOR_SPECIFIC, together)
                .unsigned();

        assertThat(check.check(request, NAS, withPassword("segredo"))).isInstanceOf(Authenticated.class);
    }

    @Test
    void rejectsMsChapV2WithTheErrorThatRfc2759Describes() {
        var request = Proofs.msChapV2(accessRequest(9).add(AttributeType.USER_NAME, "ana"), "ana", "segredo")
                .unsigned();

        var rejected = (Rejected) check.check(request, NAS, withPassword("outro"));

        var error = vendor(rejected.attributes(), 2);
        assertThat(rejected.why()).isEqualTo(Rejected.Mismatch.WRONG_PASSWORD);
        assertThat(error[0]).isEqualTo(Proofs.IDENT);
        assertThat(new String(error, 1, error.length - 1, US_ASCII))
                .matches("E=691 R=0 C=[0-9A-F]{32} V=3 M=Authentication failed");
    }

    @Test
    void tellsAnUnknownUserFromAWrongPasswordOnlyToUs() {
        for (var request : everyMethod("segredo")) {
            var unknown = (Rejected) check.check(request, allowing(NAS), null);
            var wrong = (Rejected) check.check(request, allowing(NAS), withPassword("outro"));

            assertThat(unknown.why()).isEqualTo(Rejected.Mismatch.UNKNOWN_USER);
            assertThat(wrong.why()).isEqualTo(Rejected.Mismatch.WRONG_PASSWORD);
            assertThat(unknown.attributes()).hasSameSizeAs(wrong.attributes());
        }
    }

    @Test
    void rejectsWhatNeedsAPasswordInClearWhenThereIsOnlyAHash() {
        var hashed = subscriber(new Credential.Peppered(new byte[16], new byte[32]));
        var imported = subscriber(new Credential.Imported("$1$salt$qJH7.N4xYta3aEG/dfqo/0"));
        for (var request : everyMethod("segredo").subList(1, 4)) {
            for (var subscriber : List.of(hashed, imported)) {
                assertThat(check.check(request, allowing(NAS), subscriber))
                        .isInstanceOfSatisfying(Unusable.class, unusable -> assertThat(unusable.why())
                                .isEqualTo(Unusable.Obstacle.PASSWORD_NOT_RECOVERABLE));
            }
        }
    }

    /** The hash is that of "clientPass", RFC 2759 §9.2. */
    @Test
    void checksPapAndMsChapWithAnNtHashAlone() {
        var subscriber = subscriber(new Credential.NtHash(hex("44ebba8d5312b8d611474411f56989ae")));
        var right = everyMethod("clientPass");
        var wrong = everyMethod("clientpass");
        var nas = allowing(NAS);

        for (int method : List.of(0, 2, 3)) {
            assertThat(check.check(right.get(method), nas, subscriber)).isInstanceOf(Authenticated.class);
            assertThat(check.check(wrong.get(method), nas, subscriber))
                    .isInstanceOfSatisfying(Rejected.class, rejected -> assertThat(rejected.why())
                            .isEqualTo(Rejected.Mismatch.WRONG_PASSWORD));
            assertThat(check.check(right.get(method), nas, withPassword("clientPass")))
                    .as("the same answer as with the password itself")
                    .isInstanceOfSatisfying(Authenticated.class, same -> assertThat(same.method())
                            .isEqualTo(((Authenticated) check.check(right.get(method), nas, subscriber)).method()));
        }
        assertThat(check.check(right.get(1), nas, subscriber))
                .as("CHAP needs the password itself")
                .isEqualTo(unusable(Unusable.Obstacle.PASSWORD_NOT_RECOVERABLE));
    }

    @Test
    void anNtHashIsOfWhateverLettersThePasswordHas() {
        var hash = withPassword("maçã-€-\uD83D\uDD11").credential();
        var subscriber = subscriber(new Credential.NtHash(((Credential.Recoverable) hash).ntHash()));

        assertThat(check.check(pap("maçã-€-\uD83D\uDD11"), NAS, subscriber)).isEqualTo(authenticated(AuthMethod.PAP));
        assertThat(check.check(pap("maca-€-\uD83D\uDD11"), NAS, subscriber)).isEqualTo(wrongPassword());
        assertThat(subscriber.credential()).hasToString("NtHash[hidden]");
    }

    @Test
    void refusesMsChapV1UnlessTheNasMayUseIt() {
        var request = Proofs.msChapV1(accessRequest(1), "segredo", 1).unsigned();

        var refused = (Unusable) check.check(request, NAS, withPassword("segredo"));
        var allowed = check.check(request, allowing(NAS), withPassword("segredo"));

        assertThat(refused.why()).isEqualTo(Unusable.Obstacle.MS_CHAP_V1_REFUSED);
        var error = vendor(refused.attributes(), 2);
        assertThat(new String(error, 1, error.length - 1, US_ASCII)).matches("E=691 R=0 C=[0-9A-F]{16} V=2");
        assertThat(allowed).isInstanceOf(Authenticated.class);
    }

    @Test
    void answersMsChapV1WithTheNtKeyThatRfc3079Prints() {
        var request = Proofs.msChapV1(accessRequest(1), "clientPass", 1).unsigned();

        var reply = attributes(check.check(request, allowing(NAS), withPassword("clientPass")));

        var keys = revealLikePassword(vendor(reply, 12), request);
        assertThat(Arrays.copyOf(keys, 8)).containsOnly(0);
        assertThat(Arrays.copyOfRange(keys, 8, 24)).isEqualTo(hex("41c00c584bd2d91c4017a2a12fa59f3f"));
        assertThat(vendor(reply, 8)).isEqualTo(new byte[] {0, 0, 0, 4});
    }

    @Test
    void refusesTheLmResponseOfMsChapV1Everywhere() {
        var request = Proofs.msChapV1(accessRequest(1), "segredo", 0).unsigned();

        assertThat(check.check(request, allowing(NAS), withPassword("segredo")))
                .isInstanceOfSatisfying(Unusable.class, unusable -> assertThat(unusable.why())
                        .isEqualTo(Unusable.Obstacle.MS_CHAP_V1_REFUSED));
    }

    @Test
    void cannotUseMsChapWithoutItsChallengeOrOfAnotherLength() {
        var noChallenge = accessRequest(1)
                .add(AttributeType.USER_NAME, "ana")
                .addVendor(Proofs.MICROSOFT, 25, new byte[50])
                .unsigned();
        var shortChallenge = accessRequest(1)
                .add(AttributeType.USER_NAME, "ana")
                .addVendor(Proofs.MICROSOFT, 11, new byte[8])
                .addVendor(Proofs.MICROSOFT, 25, new byte[50])
                .unsigned();
        var shortResponse = accessRequest(1)
                .add(AttributeType.USER_NAME, "ana")
                .addVendor(Proofs.MICROSOFT, 11, new byte[16])
                .addVendor(Proofs.MICROSOFT, 25, new byte[49])
                .unsigned();
        for (var request : List.of(noChallenge, shortChallenge, shortResponse)) {
            assertThat(check.check(request, NAS, withPassword("x")))
                    .isEqualTo(unusable(Unusable.Obstacle.MALFORMED_CREDENTIAL));
        }
    }

    @Test
    void cannotJudgeTwoMethodsAtOnceNorNone() {
        var both = Proofs.chap(Proofs.pap(accessRequest(1), "segredo", NAS.secret()), "segredo")
                .unsigned();
        var none = accessRequest(1).add(AttributeType.USER_NAME, "ana").unsigned();

        assertThat(check.check(both, NAS, withPassword("segredo")))
                .isEqualTo(unusable(Unusable.Obstacle.SEVERAL_CREDENTIALS));
        assertThat(check.check(none, NAS, withPassword("segredo")))
                .isEqualTo(unusable(Unusable.Obstacle.NO_CREDENTIAL));
    }

    @Test
    void rejectsEapWhichItDoesNotSpeak() {
        var request = accessRequest(1)
                .add(AttributeType.EAP_MESSAGE, hex("0201000801616e61"))
                .unsigned();

        assertThat(check.check(request, NAS, withPassword("x")))
                .isEqualTo(unusable(Unusable.Obstacle.EAP_NOT_SUPPORTED));
    }

    @Test
    void leavesImportedHashesToAWorkerWhichCanWipeThePassword() {
        var imported = new Credential.Imported("$1$salt$qJH7.N4xYta3aEG/dfqo/0");

        var result = (NeedsWorker) check.check(pap("password"), NAS, subscriber(imported));

        try (var password = result.password()) {
            assertThat(ImportedHash.matches(result.credential().hash(), password.octets()))
                    .isTrue();
        }
        assertThat(result.password().octets()).containsOnly(0);
        assertThat(result.toString()).doesNotContain("qJH7");
    }

    @Test
    void refusesAnImportedHashThatItCannotCheck() {
        var imported = new Credential.Imported("ab1FUQkMWNZuI");

        assertThat(check.check(pap("segredo"), NAS, subscriber(imported)))
                .isEqualTo(unusable(Unusable.Obstacle.HASH_NOT_SUPPORTED));
    }

    @Test
    void leavesARequestUnansweredWhenTheLoginsOwnSecretDoesNotOpen() {
        for (var request : everyMethod("segredo")) {
            assertThat(check.check(request, NAS, subscriber(new Credential.Unreadable())))
                    .isEqualTo(new Unjudged(Drop.CREDENTIAL_UNREADABLE));
        }
    }

    @Test
    void authenticatesALineByWhereItIsAndNotByAPassword() {
        var byMac = subscriber(new Credential.Line(), "001122aabbcc", null, null);
        var atHome = accessRequest(1)
                .add(AttributeType.CALLING_STATION_ID, "00:11:22:AA:BB:CC")
                .unsigned();
        var elsewhere = Proofs.pap(accessRequest(1), "001122aabbcc", NAS.secret())
                .add(AttributeType.CALLING_STATION_ID, "00:11:22:AA:BB:CD")
                .unsigned();

        assertThat(check.check(atHome, NAS, byMac)).isEqualTo(authenticated(AuthMethod.LINE));
        assertThat(check.check(elsewhere, NAS, byMac))
                .isInstanceOfSatisfying(
                        Rejected.class, rejected -> assertThat(rejected.why()).isEqualTo(Rejected.Mismatch.WRONG_LINE));
    }

    @Test
    void costsAnUnknownUserTheTimeOfAWrongPassword() {
        var peppered = subscriber(new Credential.Peppered(new byte[16], new byte[32]));
        var requests = everyMethod("segredo");
        for (var request : requests) {
            assertThat(ratioOfTimes(request, null, withPassword("outro"))).isBetween(0.5, 2.0);
        }
        assertThat(ratioOfTimes(requests.getFirst(), null, peppered)).isBetween(0.5, 2.0);
    }

    /** Of medians of interleaved rounds, so that a busy machine disturbs both alike. */
    private double ratioOfTimes(
            RadiusPacket request, @Nullable SubscriberSnapshot one, @Nullable SubscriberSnapshot other) {
        int rounds = 4_000;
        var ones = new long[rounds];
        var others = new long[rounds];
        for (int i = 0; i < rounds; i++) {
            ones[i] = nanos(request, one);
            others[i] = nanos(request, other);
        }
        return (double) median(ones) / median(others);
    }

    private long nanos(RadiusPacket request, @Nullable SubscriberSnapshot subscriber) {
        long start = System.nanoTime();
        var result = check.check(request, allowing(NAS), subscriber);
        long nanos = System.nanoTime() - start;
        assertThat(result).isInstanceOf(Rejected.class);
        return nanos;
    }

    private static long median(long[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static List<RadiusPacket> everyMethod(String password) {
        var request = accessRequest(3).add(AttributeType.USER_NAME, "ana");
        return List.of(
                pap(password),
                Proofs.chap(accessRequest(3), password).unsigned(),
                Proofs.msChapV2(request, "ana", password).unsigned(),
                Proofs.msChapV1(accessRequest(3), password, 1).unsigned());
    }

    private static RadiusPacket pap(String password) {
        return Proofs.pap(accessRequest(3), password, NAS.secret()).unsigned();
    }

    private static Nas allowing(Nas nas) {
        return NasFixtures.allowingMsChapV1(nas);
    }

    private static Authenticated authenticated(AuthMethod method) {
        return new Authenticated(method, CredentialCheck.NO_ATTRIBUTES);
    }

    private static Rejected wrongPassword() {
        return new Rejected(Rejected.Mismatch.WRONG_PASSWORD, CredentialCheck.NO_ATTRIBUTES);
    }

    private static Unusable unusable(Unusable.Obstacle why) {
        return new Unusable(why, CredentialCheck.NO_ATTRIBUTES);
    }

    private static byte[] attributes(CredentialResult result) {
        assertThat(result).isInstanceOf(Authenticated.class);
        return ((Authenticated) result).attributes();
    }

    /** The value of a Microsoft attribute among encoded ones. */
    private static byte[] vendor(byte[] encoded, int vendorType) {
        var octets = new byte[20 + encoded.length];
        octets[0] = 2;
        octets[2] = (byte) (octets.length >>> 8);
        octets[3] = (byte) octets.length;
        System.arraycopy(encoded, 0, octets, 20, encoded.length);
        return vendorValue(decoded(octets), vendorType);
    }

    private static byte[] vendorValue(RadiusPacket packet, int vendorType) {
        int at = packet.findVendor(Proofs.MICROSOFT, vendorType);
        assertThat(at).isNotEqualTo(RadiusPacket.NONE);
        return packet.bytesAt(at);
    }

    /** As the NAS does it, RFC 2548 §2.4.2. */
    private static byte[] revealKey(byte[] value, RadiusPacket request) {
        var clear = unmask(Arrays.copyOfRange(value, 2, value.length), request, Arrays.copyOf(value, 2));
        assertThat(clear[0]).isEqualTo((byte) 16);
        return Arrays.copyOfRange(clear, 1, 17);
    }

    private static byte[] revealLikePassword(byte[] value, RadiusPacket request) {
        return unmask(value, request, new byte[0]);
    }

    private static byte[] unmask(byte[] hidden, RadiusPacket request, byte[] salt) {
        MessageDigest md5 = Digests.digest("MD5");
        var clear = new byte[hidden.length];
        var previous = concat(request.authenticator(), salt);
        for (int chunk = 0; chunk < hidden.length; chunk += 16) {
            md5.update(NAS.secret().octets());
            var mask = md5.digest(previous);
            for (int i = 0; i < 16; i++) {
                clear[chunk + i] = (byte) (hidden[chunk + i] ^ mask[i]);
            }
            previous = Arrays.copyOfRange(hidden, chunk, chunk + 16);
        }
        return clear;
    }

    private static byte[] hmacSha256(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
