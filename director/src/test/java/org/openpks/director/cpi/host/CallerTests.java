package org.openpks.director.cpi.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallerTests {

    private static final String LIMITS = """
            Limit                     Soft Limit           Hard Limit           Units
            Max cpu time              unlimited            unlimited            seconds
            Max open files            1024                 20000                files
            """;

    @Test
    void namesTheCapabilitiesThatTheKernelGrants() {
        var caller = Caller.parse("Name:\tjava\nCapEff:\t0000000000200001\n", LIMITS);

        assertThat(caller.capabilities()).containsExactly("CAP_CHOWN", "CAP_SYS_ADMIN");
    }

    @Test
    void leavesOutWhatEvenRootIsDenied() {
        var caller = Caller.parse("CapEff:\t000001fffeffffff\n", LIMITS);

        assertThat(caller.capabilities())
                .hasSize(40)
                .doesNotContain("CAP_SYS_RESOURCE")
                .contains("CAP_CHECKPOINT_RESTORE");
    }

    @Test
    void asksForNoMoreOpenFilesThanTheHardLimit() {
        assertThat(Caller.parse("CapEff:\t0\n", LIMITS).openFiles()).isEqualTo(20_000);
        assertThat(Caller.parse("CapEff:\t0\n", "Max open files   1024   unlimited   files")
                        .openFiles())
                .isEqualTo(1_048_576);
    }
}
