package net.catraca.admin.notice;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Date;
import java.util.Objects;
import java.util.Properties;
import net.catraca.billing.notice.Carrier;
import net.catraca.billing.notice.Channel;
import net.catraca.billing.notice.Wording.Words;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;

/** Carries e-mail by SMTP, many messages over one connection. */
@Singleton
public final class MailCarrier implements Carrier {

    private static final String UTF_8 = StandardCharsets.UTF_8.name();

    private final MailSettings settings;
    private final Clock clock;
    private final Session session;
    private @Nullable Transport open;

    MailCarrier(MailSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.session = Session.getInstance(properties(settings));
    }

    private static Properties properties(MailSettings settings) {
        var millis = Long.toString(settings.patience().toMillis());
        var properties = new Properties();
        properties.put("mail.smtp.connectiontimeout", millis);
        properties.put("mail.smtp.timeout", millis);
        properties.put("mail.smtp.writetimeout", millis);
        properties.put("mail.smtp.auth", Boolean.toString(settings.user() != null));
        boolean startTls = settings.security() == MailSettings.Security.STARTTLS;
        properties.put("mail.smtp.starttls.enable", Boolean.toString(startTls));
        // Never a password or a customer's debt in the clear because somebody struck the offer out.
        properties.put("mail.smtp.starttls.required", Boolean.toString(startTls));
        properties.put("mail.smtp.ssl.enable", Boolean.toString(settings.security() == MailSettings.Security.TLS));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        if (settings.from() != null) {
            properties.put("mail.smtp.from", settings.from()); // where bounces go
        }
        return properties;
    }

    @Override
    public boolean carries(Channel channel) {
        return channel == Channel.EMAIL;
    }

    @Override
    public boolean isSetUp(Channel channel) {
        return settings.host() != null && settings.from() != null;
    }

    @Override
    public synchronized Carried carry(Channel channel, String to, Words words, String reference) {
        InternetAddress recipient;
        MimeMessage message;
        try {
            recipient = new InternetAddress(to, true);
            recipient.validate();
            message = message(recipient, words, reference);
        } catch (AddressException wrong) {
            return new Carried.Refused("not an e-mail address");
        } catch (MessagingException | UnsupportedEncodingException wrong) {
            return new Carried.Refused("the message cannot be made: " + wrong.getMessage());
        }
        Transport transport;
        try {
            transport = connected();
        } catch (AuthenticationFailedException refused) {
            hangUp();
            return new Carried.Later("the server refuses our user or password", true);
        } catch (MessagingException failed) {
            hangUp();
            return new Carried.Later("no conversation with " + settings.host() + ": " + failed.getMessage(), true);
        }
        try {
            transport.sendMessage(message, new Address[] {recipient});
            return new Carried.Sent(message.getMessageID());
        } catch (MessagingException failed) {
            hangUp();
            return judge(failed);
        }
    }

    private Transport connected() throws MessagingException {
        if (open == null || !open.isConnected()) {
            open = session.getTransport("smtp");
            open.connect(settings.host(), settings.port(), settings.user(), settings.password());
        }
        return open;
    }

    private MimeMessage message(InternetAddress to, Words words, String reference)
            throws MessagingException, UnsupportedEncodingException {
        var from = Objects.requireNonNull(settings.from(), "a carrier that is set up has a sender");
        var message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                // The same for the same notice: whoever gets it twice all the same can tell.
                setHeader("Message-ID", "<" + reference + from.substring(from.indexOf('@')) + ">");
            }
        };
        message.setFrom(new InternetAddress(from, settings.sender(), UTF_8));
        message.setRecipient(MimeMessage.RecipientType.TO, to);
        message.setSubject(Objects.requireNonNullElse(words.subject(), ""), UTF_8);
        message.setSentDate(Date.from(clock.instant()));
        message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no replies of machines
        if (words.html() == null) {
            message.setText(words.body(), UTF_8);
        } else {
            var text = new MimeBodyPart();
            text.setText(words.body(), UTF_8);
            var html = new MimeBodyPart();
            html.setText(words.html(), UTF_8, "html");
            message.setContent(new MimeMultipart("alternative", text, html));
        }
        message.saveChanges();
        return message;
    }

    /** RFC 5321 §4.2.1: 4yz may be tried again, 5yz may not. Without a reply nobody knows. */
    private static Carried judge(MessagingException failed) {
        int reply = reply(failed);
        var why = String.valueOf(failed.getMessage()).strip();
        if (reply >= 500) {
            return new Carried.Refused(why);
        }
        if (reply >= 400) {
            return new Carried.Later(why, false);
        }
        return new Carried.Unknown(why);
    }

    private static int reply(@Nullable Exception failed) {
        for (var each = failed; each != null; each = next(each)) {
            int reply =
                    switch (each) {
                        case SMTPAddressFailedException address -> address.getReturnCode();
                        case SMTPSenderFailedException sender -> sender.getReturnCode();
                        case SMTPSendFailedException send -> send.getReturnCode();
                        default -> -1;
                    };
            // The summary of a refused recipient has no code of its own, or the last command's.
            if (reply >= 400) {
                return reply;
            }
        }
        return -1;
    }

    private static @Nullable Exception next(Exception failed) {
        return failed instanceof SendFailedException summary
                ? summary.getNextException()
                : failed instanceof MessagingException other ? other.getNextException() : null;
    }

    @Override
    @PreDestroy
    public synchronized void rest() {
        hangUp();
    }

    private void hangUp() {
        if (open != null) {
            try {
                open.close();
            } catch (MessagingException gone) {
                // It is closed then.
            }
            open = null;
        }
    }
}
