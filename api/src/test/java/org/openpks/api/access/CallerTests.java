package org.openpks.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallerTests {

    private static final Principal ALICE = new Principal(Principal.Kind.USER, "alice");
    private static final Principal BOB = new Principal(Principal.Kind.USER, "bob");

    private static Caller alice(String... scopes) {
        return new Caller(ALICE, Role.of(List.of(scopes)));
    }

    @Test
    void anAdministratorMayDoEverythingWithEveryCluster() {
        var caller = alice("pks.clusters.admin");
        assertThat(caller.sees(BOB)).isTrue();
        assertThat(caller.manages(BOB)).isTrue();
        assertThat(caller.creates()).isTrue();
    }

    @Test
    void aManagerSeesAndManagesTheirOwnOnly() {
        var caller = alice("pks.clusters.manage");
        assertThat(caller.sees(ALICE)).isTrue();
        assertThat(caller.manages(ALICE)).isTrue();
        assertThat(caller.sees(BOB)).isFalse();
        assertThat(caller.manages(BOB)).isFalse();
        assertThat(caller.creates()).isTrue();
    }

    @Test
    void aReaderSeesAllAndManagesNothingUnderBothNamesOfTheScope() {
        for (var scope : List.of("pks.clusters.admin.read", "pks.clusters.admin-read-only")) {
            var caller = alice(scope);
            assertThat(caller.sees(BOB)).isTrue();
            assertThat(caller.manages(ALICE)).isFalse();
            assertThat(caller.creates()).isFalse();
        }
    }

    @Test
    void otherScopesAllowNothing() {
        var caller = alice("openid", "pks.clusters", "pks.clusters.adminx", "PKS.CLUSTERS.ADMIN", "uaa.admin");
        assertThat(caller.roles()).isEqualTo(Set.of());
        assertThat(caller.sees(ALICE)).isFalse();
        assertThat(caller.creates()).isFalse();
    }

    @Test
    void aClientIsNotTheUserOfItsName() {
        var client = new Caller(new Principal(Principal.Kind.CLIENT, "alice"), Set.of(Role.MANAGER));
        assertThat(client.sees(ALICE)).isFalse();
    }
}
