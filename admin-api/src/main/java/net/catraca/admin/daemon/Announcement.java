package net.catraca.admin.daemon;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.settings.Settings.Mode;

/** What a person at a terminal wants to know once everything runs. */
final class Announcement {

    private Announcement() {}

    static String of(Settings settings, List<InetSocketAddress> auth, List<InetSocketAddress> acct, int httpPort) {
        String what = settings.mode() == Mode.DEMO ? "The demo ISP is open." : "Catraca serves.";
        String where =
                """

                %s
                  RADIUS     authentication %s
                             accounting %s
                  HTTP       http://%s/ (admin API), /health, /prometheus
                  data       %s
                """.formatted(what, listed(auth), listed(acct), http(settings, httpPort), settings.path(Schema.DATA));
        return settings.mode() == Mode.DEMO ? where + toTry(auth.getFirst(), http(settings, httpPort)) : where + "\n";
    }

    private static String toTry(InetSocketAddress auth, String http) {
        return """

                Try, in another terminal:
                  echo 'User-Name=blocked, User-Password=blocked-pass, NAS-Identifier=demo, Message-Authenticator=0x00' \\
                    | radclient -x %s auth testing123
                  curl -s -H 'Authorization: Bearer demo-noc' http://%s/api/v1/subscribers/blocked/access
                  xdg-open http://%s/            (or any browser)

                Logins active, postpaid, reduced, blocked, exempt, paused, manual-block, awaiting, cancelled, unlocked; password
                <login>-pass. Tokens demo-viewer, demo-noc, demo-supervisor, demo-billing, demo-admin. Ctrl-C ends it.

                """.formatted(shown(auth), http, http);
    }

    private static String listed(List<InetSocketAddress> addresses) {
        return addresses.stream().map(Announcement::shown).collect(Collectors.joining(", "));
    }

    private static String shown(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host.replaceFirst("^0:0:0:0:0:0:0:1$", "::1") + "]" : host) + ":"
                + address.getPort();
    }

    private static String http(Settings settings, int port) {
        var addresses = settings.get(Schema.HTTP_ADDRESSES).addresses();
        return addresses.isEmpty() ? "localhost:" + port : shown(new InetSocketAddress(addresses.getFirst(), port));
    }
}
