package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The recipes of docs/users.md: an operator makes users, members, group mappings and a client with `uaac`, and each of
/// them can do with `pks` what its scopes allow. People of LDAP are people of a real LDAP server.
class RecipesIT {

    private static final String PASSWORD = "correct horse 7";
    private static final String SECRET = "automatic staple 7";
    private static final String CLUSTER = "nora-1";

    @TempDir
    static Path files;

    private static LdapServer ldap;
    private static Product product;

    @BeforeAll
    static void start() throws Exception {
        ldap = LdapServer.start(files);
        product = Product.started(
                new Product.Place(Path.of("/var/lib/openpks-recipes"), "opksre", "opr", 182, 101), ldap.settings());
        product.mayNotLog("reader's password");
        product.mayNotLog(PASSWORD);
    }

    @AfterAll
    static void stop() {
        try {
            if (product != null) {
                product.close();
            }
        } finally {
            if (ldap != null) {
                ldap.close();
            }
        }
    }

    @Test
    void everybodyCanDoWhatTheirScopeAllows() throws Exception {
        var uaac = Uaac.administrator(product);
        uaac.userAdd("cody", PASSWORD);
        uaac.memberAdd("pks.clusters.admin", "cody");
        uaac.userAdd("reed", PASSWORD);
        uaac.memberAdd("pks.clusters.admin.read", "reed");
        uaac.groupMap("pks.clusters.manage", LdapServer.OPERATORS);
        uaac.clientAdd("automated-client", SECRET, List.of("pks.clusters.admin", "pks.clusters.manage"));
        for (var person : List.of("nora", "olga", "omar")) {
            ldap.person(person, PASSWORD);
        }
        ldap.join("nora", LdapServer.OPERATORS);
        ldap.join("olga", LdapServer.OPERATORS);

        // Somebody of LDAP without a mapped group has no scope.
        assertThat(login("-u", "omar", "-p", PASSWORD).err()).contains("not allowed any of the requested scopes");
        assertThat(login("-u", "nora", "-p", "wrong").err()).contains("Credentials were rejected");

        // A manager of LDAP's makes a cluster, and sees and changes it.
        login("-u", "nora", "-p", PASSWORD).ok();
        product.cluster(CLUSTER, "small", 1);
        assertThat(product.readyNodes(CLUSTER)).hasSize(1);
        assertThat(clusters()).contains(CLUSTER);
        product.pks("resize", CLUSTER, "-n", "2", "--wait", "--non-interactive").ok();

        // Another manager has nothing to do with it.
        login("-u", "olga", "-p", PASSWORD).ok();
        assertThat(clusters()).doesNotContain(CLUSTER);
        for (var command : List.of(
                List.of("cluster", CLUSTER),
                List.of("get-credentials", CLUSTER),
                List.of("resize", CLUSTER, "-n", "1", "--non-interactive"),
                List.of("delete-cluster", CLUSTER, "--non-interactive"))) {
            var refused = product.pks(command.toArray(String[]::new));
            assertThat(refused.succeeded()).as(command.getFirst()).isFalse();
            assertThat(refused.all()).contains("Cluster " + CLUSTER + " not found");
        }

        // Who reads sees it, and gets and changes nothing.
        login("-u", "reed", "-p", PASSWORD).ok();
        assertThat(clusters()).contains(CLUSTER);
        product.pks("cluster", CLUSTER).ok();
        for (var command : List.of(
                List.of("get-credentials", CLUSTER),
                List.of("resize", CLUSTER, "-n", "1", "--non-interactive"),
                List.of("delete-cluster", CLUSTER, "--non-interactive"),
                List.of("create-cluster", "reed-1", "-e", "reed.example.com", "-p", "small", "--non-interactive"))) {
            assertThat(product.pks(command.toArray(String[]::new)).succeeded())
                    .as(command.getFirst())
                    .isFalse();
        }
        assertThat(clusters()).contains(CLUSTER).doesNotContain("reed-1");

        // An administrator of UAA's own works with everybody's cluster, and so does the automation.
        login("-u", "cody", "-p", PASSWORD).ok();
        product.pks("get-credentials", CLUSTER).ok();
        assertThat(product.readyNodes(CLUSTER)).hasSize(2);
        login("--client-name", "automated-client", "--client-secret", SECRET).ok();
        assertThat(clusters()).contains(CLUSTER);
        product.pks("delete-cluster", CLUSTER, "--wait", "--non-interactive").ok();
        assertThat(clusters()).doesNotContain(CLUSTER);
    }

    private static String clusters() {
        return product.pks("clusters", "--json").ok().out();
    }

    private static Command.Result login(String... who) {
        return product.login(who);
    }
}
