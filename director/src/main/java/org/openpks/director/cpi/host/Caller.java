package org.openpks.director.cpi.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What this process may do. A node gets exactly that: asking for more makes `runc` fail on machines that withhold
/// something even from root.
public record Caller(List<String> capabilities, long openFiles) {

    // in the order of the kernel's numbers
    private static final List<String> NAMES = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "DAC_READ_SEARCH",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETGID",
            "SETUID",
            "SETPCAP",
            "LINUX_IMMUTABLE",
            "NET_BIND_SERVICE",
            "NET_BROADCAST",
            "NET_ADMIN",
            "NET_RAW",
            "IPC_LOCK",
            "IPC_OWNER",
            "SYS_MODULE",
            "SYS_RAWIO",
            "SYS_CHROOT",
            "SYS_PTRACE",
            "SYS_PACCT",
            "SYS_ADMIN",
            "SYS_BOOT",
            "SYS_NICE",
            "SYS_RESOURCE",
            "SYS_TIME",
            "SYS_TTY_CONFIG",
            "MKNOD",
            "LEASE",
            "AUDIT_WRITE",
            "AUDIT_CONTROL",
            "SETFCAP",
            "MAC_OVERRIDE",
            "MAC_ADMIN",
            "SYSLOG",
            "WAKE_ALARM",
            "BLOCK_SUSPEND",
            "AUDIT_READ",
            "PERFMON",
            "BPF",
            "CHECKPOINT_RESTORE");

    private static final long MOST_OPEN_FILES = 1_048_576;

    public Caller {
        capabilities = List.copyOf(capabilities);
    }

    /// Reads it from the kernel.
    public static Caller current() {
        try {
            return parse(
                    Files.readString(Path.of("/proc/self/status")), Files.readString(Path.of("/proc/self/limits")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the process's own limits", e);
        }
    }

    static Caller parse(String status, String limits) {
        long bits = status.lines()
                .filter(line -> line.startsWith("CapEff:"))
                .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .findFirst()
                .orElse(0);
        var capabilities = new ArrayList<String>();
        for (int number = 0; number < NAMES.size(); number++) {
            if ((bits >>> number & 1) == 1) {
                capabilities.add("CAP_" + NAMES.get(number));
            }
        }
        var hard = limits.lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.substring("Max open files".length()).strip().split("\\s+")[1])
                .findFirst()
                .orElse("1024");
        long files = hard.equals("unlimited") ? MOST_OPEN_FILES : Math.min(MOST_OPEN_FILES, Long.parseLong(hard));
        return new Caller(capabilities, files);
    }
}
