package org.openpks.cli.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.openpks.cli.api.Cluster;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.command.Context;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.failure.NotLoggedIn;
import org.openpks.cli.failure.Unreachable;
import org.openpks.cli.http.Answer;
import org.openpks.cli.http.Trust;
import org.openpks.cli.session.LiveSession;
import org.openpks.cli.session.Session;

/// The session and the servers behind it, one after the other; what cannot be looked at because of a problem
/// is skipped.
final class SessionChecks {
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final Duration SLOW = Duration.ofSeconds(2);
    private static final Set<PosixFilePermission> FOR_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private static final String SERVERS_FIRST = "the servers must answer first";

    private final Context context;
    private final List<Finding> findings = new ArrayList<>();
    private List<String> versions = List.of();

    SessionChecks(Context context) {
        this.context = context;
        var session = session();
        if (session.isEmpty()) {
            skip("there is no session", "address", "certificate", "clocks", "UAA", "token", "API");
        } else if (resolves(session.get())) {
            servers(session.get());
        } else {
            skip("the address must be known first", "certificate", "clocks", "UAA", "token", "API");
        }
    }

    private void servers(Session session) {
        var trouble = api(session);
        boolean uaa = uaa(session);
        if (trouble.isEmpty() && uaa) {
            token();
        } else {
            skip(SERVERS_FIRST, "token");
            findings.add(trouble.orElseGet(() -> Finding.skipped("API", SERVERS_FIRST)));
        }
    }

    private void skip(String why, String... checks) {
        Arrays.stream(checks).forEach(check -> findings.add(Finding.skipped(check, why)));
    }

    List<Finding> findings() {
        return findings;
    }

    /// The Kubernetes versions of the clusters that can be seen.
    List<String> clusterVersions() {
        return versions;
    }

    private Optional<Session> session() {
        var file = context.sessionFile();
        try {
            var session = file.read();
            if (session.isEmpty()) {
                findings.add(Finding.problem("session", "there is no %s".formatted(file.path()), "run 'pks login'"));
                return session;
            }
            var others = EnumSet.copyOf(FOR_OTHERS);
            others.retainAll(Files.getPosixFilePermissions(file.path(), LinkOption.NOFOLLOW_LINKS));
            findings.add(
                    others.isEmpty()
                            ? Finding.ok(
                                    "session",
                                    "%s, of %s at %s"
                                            .formatted(
                                                    file.path(),
                                                    session.get().username(),
                                                    session.get().api().display()))
                            : Finding.problem(
                                    "session",
                                    "%s can be read or written by others".formatted(file.path()),
                                    "run 'chmod 600 %s'".formatted(file.path())));
            return session;
        } catch (Failure e) {
            findings.add(Finding.problem("session", String.valueOf(e.getMessage()), "run 'pks login'"));
        } catch (IOException e) {
            findings.add(
                    Finding.problem("session", "%s cannot be looked at".formatted(file.path()), "run 'pks login'"));
        }
        return Optional.empty();
    }

    private boolean resolves(Session session) {
        var host = session.api().uri().getHost();
        try {
            var addresses = Arrays.stream(InetAddress.getAllByName(host))
                    .map(InetAddress::getHostAddress)
                    .distinct()
                    .toList();
            findings.add(Finding.ok("address", "%s is %s".formatted(host, String.join(", ", addresses))));
            return true;
        } catch (IOException e) {
            findings.add(Finding.problem(
                    "address",
                    "the host name %s is not known".formatted(host),
                    "correct it in DNS or /etc/hosts, or log in at another address"));
            return false;
        }
    }

    /// The first answer of the API tells about its certificate and its clock. Returns what is to be said of the API
    /// itself when there is none.
    private Optional<Finding> api(Session session) {
        var uri = session.api().uri();
        try {
            var answer = ask("PKS API", uri, "/v1/plans", session.trust());
            findings.add(trusted(session, uri));
            clock(answer);
            return Optional.empty();
        } catch (Unreachable e) {
            skip("the API must answer first", "certificate", "clocks");
            return Optional.of(Finding.problem(
                    "API",
                    String.valueOf(e.getMessage()),
                    "check that the control plane runs and the address is right"));
        } catch (Failure e) {
            findings.add(Finding.problem(
                    "certificate",
                    String.valueOf(e.getMessage()),
                    "check that the address is right; for the certificate see 'pks login --help'"));
            skip("the certificate must be trusted first", "clocks");
            return Optional.of(Finding.skipped("API", "its certificate must be trusted first"));
        }
    }

    private static Finding trusted(Session session, URI uri) {
        return switch (session.trust()) {
            case Trust.Anyone() ->
                Finding.problem(
                        "certificate",
                        "the certificate of %s is not checked".formatted(uri),
                        "log in with --ca-cert instead of --skip-ssl-validation");
            case Trust.Authority authority ->
                Finding.ok("certificate", "signed by the CA of your login, made out to %s".formatted(uri.getHost()));
            case Trust.System() ->
                Finding.ok("certificate", "signed by a public CA, made out to %s".formatted(uri.getHost()));
        };
    }

    private void clock(Answer answer) {
        var theirs = time(answer.date());
        if (theirs.isEmpty()) {
            findings.add(Finding.skipped("clocks", "the API does not tell its time"));
            return;
        }
        var apart = Duration.between(theirs.get(), context.clock().instant()).abs();
        var text = "%d s apart".formatted(apart.toSeconds());
        findings.add(
                apart.compareTo(SKEW) <= 0
                        ? Finding.ok("clocks", text)
                        : Finding.problem("clocks", text, "set the clocks, for instance by NTP: tokens end by time"));
    }

    private static Optional<Instant> time(String date) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private boolean uaa(Session session) {
        try {
            var answer = ask("UAA", session.uaa(), "/.well-known/openid-configuration", session.trust());
            if (!answer.isSuccess()) {
                throw answer.foreign("no description of itself");
            }
            findings.add(Finding.ok("UAA", "%s answers".formatted(session.uaa())));
            return true;
        } catch (Failure e) {
            findings.add(Finding.problem(
                    "UAA", String.valueOf(e.getMessage()), "log in again, with --uaa when it stands elsewhere"));
            return false;
        }
    }

    private void token() {
        try {
            var live = context.session();
            live.accessToken();
            var scopes = live.session().tokens().scopes().stream()
                    .filter(scope -> scope.startsWith("pks."))
                    .toList();
            findings.add(
                    scopes.isEmpty()
                            ? Finding.problem(
                                    "token", "it has no scope of PKS", "ask the administrator for pks.clusters.manage")
                            : Finding.ok("token", String.join(", ", scopes)));
            answers(live);
        } catch (NotLoggedIn e) {
            findings.add(Finding.problem("token", "your session has ended", "run 'pks login'"));
            findings.add(Finding.skipped("API", "a token is needed first"));
        } catch (Failure e) {
            findings.add(Finding.problem("token", String.valueOf(e.getMessage()), "run 'pks login'"));
            findings.add(Finding.skipped("API", "a token is needed first"));
        }
    }

    private void answers(LiveSession live) {
        long begin = System.nanoTime();
        try {
            var clusters = PksApi.clusters(new PksApi(live).clustersJson());
            var time = Duration.ofNanos(System.nanoTime() - begin);
            versions = clusters.stream().map(Cluster::k8sVersion).toList();
            var text = "%d cluster(s) in %d ms".formatted(clusters.size(), time.toMillis());
            findings.add(
                    time.compareTo(SLOW) <= 0
                            ? Finding.ok("API", text)
                            : Finding.problem("API", text, "tell the administrator that the API is slow"));
        } catch (Failure e) {
            findings.add(Finding.problem("API", String.valueOf(e.getMessage()), "tell the administrator what it says"));
        }
    }

    private Answer ask(String server, URI address, String path, Trust trust) {
        return context.connections().to(server, trust).send("GET", address.resolve(path), Map.of(), Optional.empty());
    }
}
