package org.openpks.director.agent.monit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MonitStatusTests {

    private static MonitStatus status(String services) {
        return MonitStatus.parse(
                ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><monit><server><uptime>7</uptime></server>" + services
                                + "</monit>")
                        .getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void readsARunningProcess() {
        var status = status("""
                <service type="3"><name>etcd</name><status>0</status><monitor>1</monitor><pid>12</pid><uptime>34</uptime>
                <memory><percent>0.5</percent><percenttotal>0.6</percenttotal><kilobyte>10</kilobyte><kilobytetotal>20</kilobytetotal></memory>
                <cpu><percent>0.1</percent><percenttotal>1.5</percenttotal></cpu></service>
                <service type="5"><name>machine</name><status>0</status><monitor>1</monitor></service>
                """);

        assertThat(status.services()).containsExactly(new MonitStatus.Service("etcd", "running", 34, 20, 0.6, 1.5));
    }

    @Test
    void usesTheWordsOfBosh() {
        var status = status("""
                <service type="3"><name>a</name><status>512</status><monitor>1</monitor></service>
                <service type="3"><name>b</name><status>0</status><monitor>2</monitor></service>
                <service type="3"><name>c</name><status>0</status><monitor>0</monitor></service>
                """);

        assertThat(status.services())
                .extracting(MonitStatus.Service::state)
                .containsExactly("failing", "starting", "unknown");
    }

    @Test
    void counterfeitsNothingBeforeTheFirstMeasurement() {
        var status = status(
                "<service type=\"3\"><name>a</name><status>0</status><monitor>1</monitor><cpu><percenttotal>-1.0</percenttotal></cpu></service>");

        assertThat(status.service("a").orElseThrow().cpuPercent()).isZero();
    }

    @Test
    void refusesWhatIsNoStatus() {
        assertThatThrownBy(() -> MonitStatus.parse("<html>".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        MonitStatus.parse("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><monit>&e;</monit>"
                                .getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
