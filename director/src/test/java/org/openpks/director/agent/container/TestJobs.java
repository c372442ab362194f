package org.openpks.director.agent.container;

import java.util.Map;
import java.util.TreeMap;
import org.openpks.director.agent.Agent.RenderedJob;

/// Jobs for tests.
final class TestJobs {

    private TestJobs() {}

    /// A daemon that sleeps, supervised by monit.
    static RenderedJob daemon(String name) {
        return with(name, Map.of("monit", """
                        check process %1$s
                          with pidfile /var/vcap/sys/run/%1$s/%1$s.pid
                          start program "/var/vcap/jobs/%1$s/bin/ctl start"
                          stop program "/var/vcap/jobs/%1$s/bin/ctl stop"
                          group vcap
                        """.formatted(name), "bin/ctl", """
                        #!/bin/bash
                        pidfile=/var/vcap/sys/run/%1$s/%1$s.pid
                        case $1 in
                          start)
                            date +%%s%%N >> /var/vcap/sys/log/%1$s/started.log
                            setsid sleep 100000 < /dev/null > /dev/null 2>&1 &
                            echo $! > "$pidfile"
                            sleep 0.3 ;;
                          stop)
                            kill "$(cat "$pidfile")"
                            rm -f "$pidfile" ;;
                        esac
                        """.formatted(name)));
    }

    /// A job without processes that has one script.
    static RenderedJob script(String name, String script, String text) {
        return with(name, Map.of("monit", "", "bin/" + script, "#!/bin/bash\n" + text));
    }

    private static RenderedJob with(String name, Map<String, String> files) {
        return new RenderedJob(name, new TreeMap<>(files), "");
    }
}
