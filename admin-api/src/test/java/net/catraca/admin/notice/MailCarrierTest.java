package net.catraca.admin.notice;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.Message;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import net.catraca.admin.notice.MailSettings.Security;
import net.catraca.billing.notice.Carrier.Carried;
import net.catraca.billing.notice.Channel;
import net.catraca.billing.notice.Wording.Words;
import net.catraca.billing.testing.SettableClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** E-mail against a real SMTP server. */
class MailCarrierTest {

    private static final Words WORDS = new Words("Olá, vence amanhã", "Olá, Conceição.\n", "<p>Olá, Conceição.</p>");

    private final GreenMail server = new GreenMail(setup(ServerSetup.PROTOCOL_SMTP));

    private static ServerSetup setup(String protocol) {
        return new ServerSetup(0, "127.0.0.1", protocol);
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private static MailCarrier carrier(int port, Security security, @Nullable String user, @Nullable String password) {
        return new MailCarrier(
                new MailSettings(
                        "127.0.0.1",
                        port,
                        security,
                        user,
                        password,
                        "cobranca@minha.example",
                        "Minha Net",
                        Duration.ofSeconds(2)),
                SettableClock.atNoonOf("2026-11-23"));
    }

    private int port() {
        return server.getSmtp().getPort();
    }

    @Test
    void aMessageArrivesAsItWasWritten() throws Exception {
        server.start();
        var carrier = carrier(port(), Security.NONE, null, null);

        var carried = carrier.carry(Channel.EMAIL, "ana@example.com", WORDS, "catraca-notice-7");
        carrier.carry(Channel.EMAIL, "bia@example.com", new Words("x", "only text", null), "catraca-notice-8");
        carrier.rest();

        assertThat(carried).isEqualTo(new Carried.Sent("<catraca-notice-7@minha.example>"));
        assertThat(server.waitForIncomingEmail(5_000, 2)).isTrue();
        MimeMessage first = server.getReceivedMessages()[0];
        assertThat(first.getSubject()).isEqualTo("Olá, vence amanhã");
        assertThat(first.getFrom()[0].toString()).isEqualTo("Minha Net <cobranca@minha.example>");
        assertThat(first.getRecipients(Message.RecipientType.TO)[0].toString()).isEqualTo("ana@example.com");
        assertThat(first.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        var parts = (MimeMultipart) first.getContent();
        assertThat(text(parts.getBodyPart(0))).isEqualTo("Olá, Conceição.\r\n");
        assertThat(parts.getBodyPart(1).getContentType()).startsWith("text/html");
        assertThat(text(parts.getBodyPart(1))).contains("<p>Olá, Conceição.</p>");
        assertThat(server.getReceivedMessages()[1].getContentType()).startsWith("text/plain");
    }

    private static String text(BodyPart part) throws Exception {
        return new String(part.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void logsInAndWaitsWhenItsPasswordIsRefused() {
        server.setUser("cobranca@minha.example", "catraca", "right-secret");
        server.start();

        assertThat(carrier(port(), Security.NONE, "catraca", "right-secret")
                        .carry(Channel.EMAIL, "ana@example.com", WORDS, "r"))
                .isInstanceOf(Carried.Sent.class);
        assertThat(carrier(port(), Security.NONE, "catraca", "wrong")
                        .carry(Channel.EMAIL, "ana@example.com", WORDS, "r"))
                .isEqualTo(new Carried.Later("the server refuses our user or password", true));
    }

    @Test
    void nothingGoesInTheClearWhereEncryptionIsWanted() {
        server.start(); // offers no STARTTLS

        var carried = carrier(port(), Security.STARTTLS, "catraca", "secret")
                .carry(Channel.EMAIL, "ana@example.com", WORDS, "r");

        assertThat(carried).isInstanceOfSatisfying(Carried.Later.class, later -> assertThat(later.isDown())
                .isTrue());
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void aServerWhoseCertificateNobodyKnowsIsNotSpokenTo() {
        var tls = new GreenMail(setup(ServerSetup.PROTOCOL_SMTPS));
        tls.start();
        try {
            var carried = carrier(tls.getSmtps().getPort(), Security.TLS, null, null)
                    .carry(Channel.EMAIL, "ana@example.com", WORDS, "r");

            assertThat(carried).isInstanceOfSatisfying(Carried.Later.class, later -> assertThat(later.isDown())
                    .isTrue());
        } finally {
            tls.stop();
        }
    }

    @Test
    void whatIsNoAddressIsRefusedWithoutAskingAnybody() {
        var carrier = carrier(1, Security.NONE, null, null);

        for (var wrong : new String[] {"ana", "ana@", "a b@example.com", "ana@example.com, x@y.z", "a@b\r\nRCPT"}) {
            assertThat(carrier.carry(Channel.EMAIL, wrong, WORDS, "r"))
                    .as(wrong)
                    .isInstanceOf(Carried.Refused.class);
        }
    }

    @Test
    void aServerThatIsAwayIsWaitedFor() {
        assertThat(carrier(1, Security.NONE, null, null).carry(Channel.EMAIL, "ana@example.com", WORDS, "r"))
                .isInstanceOfSatisfying(
                        Carried.Later.class, later -> assertThat(later.isDown()).isTrue());
    }

    /** What a server says decides: 5yz never again, 4yz later, silence after the message nobody knows. */
    @Test
    void repliesDecideWhetherItMayBeTriedAgain() throws Exception {
        assertThat(against("250 ok", "550 5.1.1 no such user", "250 ok")).isInstanceOf(Carried.Refused.class);
        assertThat(against("250 ok", "450 4.2.1 mailbox busy", "250 ok"))
                .isInstanceOfSatisfying(
                        Carried.Later.class, later -> assertThat(later.isDown()).isFalse());
        assertThat(against("250 ok", "250 ok", "554 5.7.1 spam")).isInstanceOf(Carried.Refused.class);
        assertThat(against("250 ok", "250 ok", "451 4.3.0 try again"))
                .isInstanceOfSatisfying(
                        Carried.Later.class, later -> assertThat(later.isDown()).isFalse());
        assertThat(against("250 ok", "250 ok", null)).isInstanceOf(Carried.Unknown.class);
        assertThat(against("250 ok", "250 ok", "250 queued")).isInstanceOf(Carried.Sent.class);
    }

    /** A server that speaks by the book but for these replies; null hangs up instead. */
    private static Carried against(String mail, String recipient, @Nullable String data) throws Exception {
        try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var serving = Thread.ofVirtual().start(() -> serve(listening, mail, recipient, data));
            try {
                return carrier(listening.getLocalPort(), Security.NONE, null, null)
                        .carry(Channel.EMAIL, "ana@example.com", WORDS, "r");
            } finally {
                serving.interrupt();
            }
        }
    }

    private static void serve(ServerSocket listening, String mail, String recipient, @Nullable String data) {
        try (var socket = listening.accept();
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                var out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.US_ASCII)) {
            out.write("220 test\r\n");
            out.flush();
            boolean inData = false;
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                var reply = inData
                        ? line.equals(".") ? data : ""
                        : line.startsWith("MAIL")
                                ? mail
                                : line.startsWith("RCPT") ? recipient : line.equals("DATA") ? "354 go on" : "250 test";
                if (reply == null) {
                    return;
                }
                inData = line.equals("DATA") || (inData && !line.equals("."));
                if (!reply.isEmpty()) {
                    out.write(reply + "\r\n");
                    out.flush();
                }
            }
        } catch (java.io.IOException over) {
            // The client has hung up.
        }
    }
}
