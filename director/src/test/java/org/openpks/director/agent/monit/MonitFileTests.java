package org.openpks.director.agent.monit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MonitFileTests {

    @Test
    void readsTheFormThatReleasesUse() {
        var file = MonitFile.parse("""
                check process etcd
                  with pidfile /var/vcap/sys/run/etcd/etcd.pid
                  start program "/var/vcap/jobs/etcd/bin/ctl start" with timeout 90 seconds
                  stop program "/var/vcap/jobs/etcd/bin/ctl stop"
                  group vcap
                """);

        assertThat(file.services()).hasSize(1);
        var etcd = file.services().getFirst();
        assertThat(etcd.name()).isEqualTo("etcd");
        assertThat(etcd.pidFile()).contains("/var/vcap/sys/run/etcd/etcd.pid");
        assertThat(etcd.start().orElseThrow().words()).containsExactly("/var/vcap/jobs/etcd/bin/ctl", "start");
        assertThat(etcd.start().orElseThrow().timeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(etcd.stop().orElseThrow().timeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void readsSeveralServicesAndTheirOrder() {
        var file = MonitFile.parse("""
                check process a with pidfile /a.pid
                  start program = "/bin/a" and using the timeout 5 minutes
                check process "b" with pidfile "/b.pid"
                  start program = '/bin/b x' depends on a
                check file c with path /c
                  start program "/bin/c"
                """);

        assertThat(file.services()).extracting(MonitFile.Service::name).containsExactly("a", "b");
        assertThat(file.services().get(1).dependsOn()).containsExactly("a");
        assertThat(file.services().get(1).pidFile()).contains("/b.pid");
    }

    @Test
    void keepsQuotedWordsOfACommandTogether() {
        var file = MonitFile.parse("check process a pidfile /a start program \"/bin/sh -c 'echo a b'\"");

        assertThat(file.services().getFirst().start().orElseThrow().words())
                .containsExactly("/bin/sh", "-c", "echo a b");
    }

    @Test
    void leavesProgramsOfOtherUsersToMonit() {
        var file = MonitFile.parse(
                "check process a with pidfile /a start program \"/bin/a\" as uid \"vcap\" and gid \"vcap\"\n  stop program \"/bin/b\"");

        assertThat(file.services().getFirst().start()).isEmpty();
        assertThat(file.services().getFirst().stop()).isPresent();
    }

    @Test
    void passesOverComments() {
        assertThat(MonitFile.parse("# check process a with pidfile /a\n\n").services())
                .isEmpty();
    }
}
