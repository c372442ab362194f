package org.openpks.director.cpi.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.openpks.director.cpi.network.HostNetwork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The machine's own switches that nodes need in another position. What was there before is noted, and put back in
/// the end.
final class Machine {

    /// Nodes forward packets; each runs several programs that watch files.
    private static final Map<String, Long> WANTED = Map.of(
            "net/ipv4/ip_forward", 1L,
            "fs/inotify/max_user_instances", 8192L,
            "fs/inotify/max_user_watches", 524_288L);

    private static final Logger log = LoggerFactory.getLogger(Machine.class);
    private static final Path SWITCHES = Path.of("/proc/sys");

    private final ContainerCpiSettings settings;
    private final ReentrantLock lock = new ReentrantLock();

    Machine(ContainerCpiSettings settings) {
        this.settings = settings;
    }

    /// Raises what is too low, as far as the machine lets us.
    void prepare() {
        lock.lock();
        try {
            var before = before();
            for (var wanted : WANTED.entrySet()) {
                var file = SWITCHES.resolve(wanted.getKey());
                var value = value(file);
                if (value >= 0 && value < wanted.getValue()) {
                    before.putIfAbsent(wanted.getKey(), value);
                    Json.write(settings.machineFile(), before);
                    if (!write(file, wanted.getValue())) {
                        log.atWarn()
                                .addKeyValue("setting", wanted.getKey().replace('/', '.'))
                                .addKeyValue("value", value)
                                .log("The machine forbids to change a kernel setting; nodes may lack something");
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Puts back what was changed. While any bridge is left on the machine, somebody else's containers may need it
    /// as it is now, and it stays.
    void restore() {
        lock.lock();
        try {
            if (!HostNetwork.anyBridge()) {
                before().forEach((name, value) -> write(SWITCHES.resolve(name), value));
            }
            Files.deleteIfExists(settings.machineFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + settings.machineFile(), e);
        } finally {
            lock.unlock();
        }
    }

    List<String> changed() {
        return before().keySet().stream().map(name -> name.replace('/', '.')).toList();
    }

    private Map<String, Long> before() {
        var before = new TreeMap<String, Long>();
        if (Files.exists(settings.machineFile())) {
            Json.readMap(settings.machineFile()).forEach((name, value) -> before.put(name, Long.valueOf(value)));
        }
        return before;
    }

    /// -1 when there is no such switch here.
    static long value(Path file) {
        // these files answer the first read only, so it must have room for everything
        try (var reader = Files.newBufferedReader(file)) {
            return Long.parseLong(String.valueOf(reader.readLine()).strip());
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }

    /// @return false when the machine forbids it
    static boolean write(Path file, long value) {
        try {
            Files.writeString(file, String.valueOf(value));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
