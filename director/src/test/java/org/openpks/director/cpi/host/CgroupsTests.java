package org.openpks.director.cpi.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CgroupsTests {

    @Test
    void knowsVersionTwoByItsPlaceAtTheTop() {
        var cgroups = Cgroups.parse("cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n");

        assertThat(cgroups.unified()).isTrue();
        assertThat(cgroups.present()).isTrue();
    }

    @Test
    void takesVersionTwoBesideVersionOneForNoMoreThanAnExtra() {
        var cgroups = Cgroups.parse("""
                tmpfs /sys/fs/cgroup tmpfs rw 0 0
                cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0
                cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
                cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
                """);

        assertThat(cgroups.unified()).isFalse();
        assertThat(cgroups.present()).isTrue();
    }

    @Test
    void seesThatThereAreNone() {
        assertThat(Cgroups.parse("proc /proc proc rw 0 0\n").present()).isFalse();
    }
}
