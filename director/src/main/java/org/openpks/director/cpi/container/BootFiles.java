package org.openpks.director.cpi.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import org.openpks.kernel.SecretFiles;

/// The few files that make an image into a machine of ours: the program that boots it, monit's control file, and
/// what names it.
final class BootFiles {

    /// The first process. It hands over to an init that reaps orphans; monit runs below that and is started again
    /// should it ever end.
    ///
    /// Process ids start anew with each boot, so files that name them from the last one would point at strangers.
    private static final String BOOT = """
            #!/bin/sh
            mount --make-rshared /
            if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
              mkdir -p /sys/fs/cgroup/init
              while read -r pid; do echo "$pid" > /sys/fs/cgroup/init/cgroup.procs; done < /sys/fs/cgroup/cgroup.procs
              for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
                echo "+$controller" > /sys/fs/cgroup/cgroup.subtree_control
              done
            fi
            find /var/vcap/sys/run ! -type d -delete
            rm -f /var/vcap/monit/monit.sock
            cd /
            umask 022
            if command -v tini > /dev/null; then exec tini -- /var/vcap/bosh/bin/supervise; fi
            exec /var/vcap/bosh/bin/supervise
            """;

    /// What ran before a reboot is started at once, as the agent does it, and not one after the other as monit
    /// would.
    private static final String SUPERVISE = """
            #!/bin/sh
            if [ -f /var/vcap/monit/start.sh ]; then sh /var/vcap/monit/start.sh; fi
            : > /var/vcap/bosh/booted
            while true; do
              /usr/bin/monit -I -c /var/vcap/bosh/etc/monitrc
              sleep 0.2
            done
            """;

    private static final String MONIT = """
            #!/bin/sh
            exec /usr/bin/monit -c /var/vcap/bosh/etc/monitrc "$@"
            """;

    /// Runs a script of several jobs at once, each with its output in the job's log directory, and prints each
    /// job's exit code.
    private static final String RUN_SCRIPTS = """
            #!/bin/sh
            umask 022
            name=$1
            shift
            for job in "$@"; do
              (
                log=/var/vcap/sys/log/$job
                mkdir -p "$log"
                "/var/vcap/jobs/$job/bin/$name" >> "$log/$name.stdout.log" 2>> "$log/$name.stderr.log" < /dev/null
                echo "$job $?"
              ) &
            done
            wait
            """;

    private BootFiles() {}

    static void write(NodeDirectory node, String monitPassword) throws IOException {
        var bin = Files.createDirectories(node.vcap().resolve("bosh/bin"));
        program(bin.resolve("boot"), BOOT);
        program(bin.resolve("supervise"), SUPERVISE);
        program(bin.resolve("monit"), MONIT);
        program(bin.resolve("run-scripts"), RUN_SCRIPTS);
        Files.createDirectories(node.monit().resolve("job"));
        SecretFiles.write(node.vcap().resolve("bosh/etc/monitrc"), monitrc(monitPassword));
        SecretFiles.write(node.monit().resolve("monit.user"), "vcap:" + monitPassword);
    }

    /// While monit waits for a process to come up it does nothing else, so it waits no longer than 10 seconds where
    /// a job asks for nothing.
    static String monitrc(String password) {
        return """
                set daemon 1
                set limits { startTimeout: 10 seconds, stopTimeout: 30 seconds, restartTimeout: 10 seconds }
                set logfile /var/vcap/monit/monit.log
                set pidfile /run/monit.pid
                set idfile /run/monit.id
                set statefile /run/monit.state
                set httpd unixsocket /var/vcap/monit/monit.sock permission 0600 allow vcap:"%s"
                include /var/vcap/monit/*.monitrc
                include /var/vcap/monit/job/*.monitrc
                """.formatted(password);
    }

    /// Names the machine in its root, before that is mounted.
    static void name(NodeDirectory node, NodeRecord record, List<String> nameservers) throws IOException {
        var etc = Files.createDirectories(node.upper().resolve("etc"));
        Files.writeString(etc.resolve("hostname"), record.hostname() + "\n");
        Files.writeString(etc.resolve("hosts"), hosts(record, ""));
        Files.writeString(etc.resolve("machine-id"), machineId(record.agentId()) + "\n");
        Files.writeString(etc.resolve("resolv.conf"), resolvConf(nameservers));
    }

    static String hosts(NodeRecord record, String more) {
        return "127.0.0.1 localhost\n::1 localhost ip6-localhost\n"
                + record.ports().stream()
                        .limit(1)
                        .map(port -> port.ip() + " " + record.hostname() + "\n")
                        .findFirst()
                        .orElse("")
                + more;
    }

    /// 32 hexadecimal digits: the agent's uuid when it is one.
    static String machineId(String agentId) {
        var digits = agentId.replace("-", "").toLowerCase(Locale.ROOT);
        return digits.matches("[0-9a-f]{32}")
                ? digits
                : java.util
                        .UUID
                        .nameUUIDFromBytes(agentId.getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .replace("-", "");
    }

    /// The network's name servers; without any, those of the machine that can be reached from elsewhere than the
    /// machine itself.
    private static String resolvConf(List<String> nameservers) throws IOException {
        var servers = nameservers;
        if (servers.isEmpty() && Files.exists(Path.of("/etc/resolv.conf"))) {
            servers = Files.readAllLines(Path.of("/etc/resolv.conf")).stream()
                    .map(String::strip)
                    .filter(line -> line.startsWith("nameserver "))
                    .map(line -> line.substring(11).strip())
                    .filter(address -> !address.startsWith("127.") && !address.equals("::1"))
                    .toList();
        }
        var text = new StringBuilder();
        servers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
        return text.toString();
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
