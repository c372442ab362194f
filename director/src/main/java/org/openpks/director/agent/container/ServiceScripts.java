package org.openpks.director.agent.container;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.openpks.director.agent.monit.MonitFile;

/// Shell scripts that run the start and stop programs of a node's services at once, each as monit would run it.
final class ServiceScripts {

    private static final String START_FUNCTION = """
            umask 022
            start() {
              job=$1; name=$2; limit=$3; shift 3
              MONIT_SERVICE=$name MONIT_EVENT=Started timeout "$limit" "$@" > "/var/vcap/sys/log/$job/$name.start.log" 2>&1 < /dev/null
            }
            """;

    private static final String STOP_FUNCTION = """
            umask 022
            stop() {
              name=$1; limit=$2; pidfile=$3; shift 3
              pid=
              [ -n "$pidfile" ] && read -r pid < "$pidfile"
              if [ $# -gt 0 ]; then
                MONIT_SERVICE=$name MONIT_EVENT=Stopped timeout "$limit" "$@" > "/var/vcap/monit/$name.stop.log" 2>&1 < /dev/null
              elif [ -n "$pid" ]; then
                kill "$pid"
              fi
              while [ -n "$pid" ] && kill -0 "$pid"; do sleep 0.02; done
              echo "$name"
            } 2> /dev/null
            """;

    private ServiceScripts() {}

    /// A script that runs the start programs level by level of their dependencies; usually there is one level.
    /// @param files monit files by job
    /// @param up names of services that run already
    static String start(Map<String, String> files, Set<String> up) {
        var script = new StringBuilder(START_FUNCTION);
        var jobs = new LinkedHashMap<MonitFile.Service, String>();
        files.forEach((job, text) -> MonitFile.parse(text).services().forEach(service -> jobs.put(service, job)));
        var left = new ArrayList<>(jobs.keySet());
        left.removeIf(service -> up.contains(service.name()));
        var waiting = left.stream().map(MonitFile.Service::name).collect(Collectors.toCollection(HashSet::new));
        while (!left.isEmpty()) {
            var level = left.stream()
                    .filter(service -> service.dependsOn().stream().noneMatch(waiting::contains))
                    .toList();
            if (level.isEmpty()) {
                // a circle: monit refuses it with a better message than ours
                break;
            }
            for (var service : level) {
                service.start()
                        .ifPresent(program -> script.append("start %s %s %d %s &\n"
                                .formatted(
                                        quoted(jobs.get(service)),
                                        quoted(service.name()),
                                        program.timeout().toSeconds(),
                                        line(program.words()))));
                waiting.remove(service.name());
            }
            script.append("wait\n");
            left.removeAll(level);
        }
        return script.toString();
    }

    /// A script that runs the stop programs and waits for the ends of the processes.
    /// @param limit for each program
    static String stop(List<MonitFile.Service> services, Duration limit) {
        var script = new StringBuilder(STOP_FUNCTION);
        for (var service : services) {
            script.append("stop %s %d %s %s &\n"
                    .formatted(
                            quoted(service.name()),
                            limit.toSeconds(),
                            quoted(service.pidFile().orElse("")),
                            service.stop().map(program -> line(program.words())).orElse("")));
        }
        return script.append("wait\n").toString();
    }

    private static String line(List<String> words) {
        return words.stream().map(ServiceScripts::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
