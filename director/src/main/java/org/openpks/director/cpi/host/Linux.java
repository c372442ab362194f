package org.openpks.director.cpi.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.kernel.Fault;

/// The few system calls that Java has no method for. They take microseconds where starting `mount` or `umount`
/// takes milliseconds, and a machine needs a dozen of them.
public final class Linux {

    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int ESRCH = 3;
    private static final int EBUSY = 16;
    private static final int EINVAL = 22;

    private static final long MS_BIND = 0x1000;
    private static final long MS_REC = 0x4000;
    private static final long MS_PRIVATE = 1L << 18;
    private static final long MS_SHARED = 1L << 20;
    private static final int MNT_DETACH = 2;

    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int OPEN_TREE_CLONE = 1;
    private static final int OPEN_TREE_CLOEXEC = 0x80000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final long MOUNT_ATTR_RDONLY = 1;

    // numbers of the generic system call table, the same on every architecture
    private static final long SYS_OPEN_TREE = 428;
    private static final long SYS_MOVE_MOUNT = 429;
    private static final long SYS_MOUNT_SETATTR = 442;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle MOUNT =
            function("mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle UMOUNT2 = function("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle KILL = function("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle STATVFS = function("statvfs", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle OPEN_TREE =
            function("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT), 1);
    private static final MethodHandle MOVE_MOUNT = function(
            "syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT), 1);
    private static final MethodHandle MOUNT_SETATTR = function(
            "syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG), 1);

    private Linux() {}

    /// Mounts an overlay of a read-only lower directory.
    ///
    /// It is `volatile`: what a machine writes to its root is not forced to disk, because unmounting would
    /// otherwise force the whole file system below. What must last lies in `/var/vcap`, which is no part of the
    /// overlay.
    public static void mountOverlay(Path lower, Path upper, Path work, Path target) {
        deleteRecursively(work.resolve("work/incompat"));
        mount(
                "overlay",
                target,
                "overlay",
                0,
                "lowerdir=%s,upperdir=%s,workdir=%s,volatile".formatted(lower, upper, work));
    }

    /// Turns a directory into a mount of its own whose later mounts reach everyone who binds it as a slave.
    public static void mountSharedOntoItself(Path directory) {
        mount(directory.toString(), directory, "", MS_BIND | MS_REC, "");
        mount("", directory, "", MS_PRIVATE, "");
        mount("", directory, "", MS_SHARED, "");
    }

    /// Binds a directory onto another one. Read-only from its first moment, so that the copies which reach running
    /// machines are read-only too: a later remount would not reach them.
    public static void bind(Path source, Path target, boolean readOnly) {
        try (var arena = Arena.ofConfined()) {
            int tree = (int) call(arena, "open_tree " + source, state -> (long) OPEN_TREE.invokeExact(
                    state,
                    SYS_OPEN_TREE,
                    AT_FDCWD,
                    arena.allocateFrom(source.toString()),
                    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
            try {
                if (readOnly) {
                    var attributes = arena.allocate(JAVA_LONG, 4);
                    attributes.setAtIndex(JAVA_LONG, 0, MOUNT_ATTR_RDONLY);
                    call(arena, "mount_setattr " + source, state -> (long) MOUNT_SETATTR.invokeExact(
                            state,
                            SYS_MOUNT_SETATTR,
                            tree,
                            arena.allocateFrom(""),
                            AT_EMPTY_PATH,
                            attributes,
                            attributes.byteSize()));
                }
                call(arena, "move_mount " + source + " to " + target, state -> (long) MOVE_MOUNT.invokeExact(
                        state,
                        SYS_MOVE_MOUNT,
                        tree,
                        arena.allocateFrom(""),
                        AT_FDCWD,
                        arena.allocateFrom(target.toString()),
                        MOVE_MOUNT_F_EMPTY_PATH));
            } finally {
                call(arena, "close", state -> (int) CLOSE.invokeExact(state, tree));
            }
        }
    }

    /// Takes a mount away at once, also when it is in use: it disappears with its last user. No mount there is no
    /// error.
    public static void detach(Path target) {
        unmount(target, MNT_DETACH);
    }

    /// Takes a mount away unless somebody uses it.
    /// @return false when it is in use
    public static boolean unmount(Path target) {
        return unmount(target, 0);
    }

    private static boolean unmount(Path target, int flags) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int result = (int) UMOUNT2.invokeExact(state, arena.allocateFrom(target.toString()), flags);
            int error = result == 0 ? 0 : (int) ERRNO.get(state, 0L);
            if (result == 0 || error == EINVAL || error == ENOENT) {
                return true;
            }
            if (error == EBUSY) {
                return false;
            }
            throw failed("umount " + target, error);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Sends a signal.
    /// @return false when there is no such process
    public static boolean kill(long pid, int signal) {
        if (pid <= 1) {
            throw new IllegalArgumentException("no process of ours has the id " + pid);
        }
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int result = (int) KILL.invokeExact(state, (int) pid, signal);
            int error = result == 0 ? 0 : (int) ERRNO.get(state, 0L);
            if (error != 0 && error != ESRCH) {
                throw failed("kill " + pid, error);
            }
            return result == 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// How full a file system is.
    public static Use use(Path path) {
        try (var arena = Arena.ofConfined()) {
            // bsize, frsize, blocks, bfree, bavail, files, ffree; all of the machine's word size
            var answer = arena.allocate(JAVA_LONG, 16);
            call(arena, "statvfs " + path, state ->
                    (int) STATVFS.invokeExact(state, arena.allocateFrom(path.toString()), answer));
            return new Use(
                    answer.getAtIndex(JAVA_LONG, 1) * answer.getAtIndex(JAVA_LONG, 4),
                    percent(answer.getAtIndex(JAVA_LONG, 2), answer.getAtIndex(JAVA_LONG, 3)),
                    percent(answer.getAtIndex(JAVA_LONG, 5), answer.getAtIndex(JAVA_LONG, 6)));
        }
    }

    private static int percent(long all, long free) {
        return all == 0 ? 0 : (int) ((all - free) * 100 / all);
    }

    /// @param freeBytes what may still be written
    /// @param percent of the space in use
    /// @param inodePercent of the files that it can hold
    public record Use(long freeBytes, int percent, int inodePercent) {}

    /// Every mount point at or below a directory, the deepest first.
    public static List<Path> mountsBelow(Path directory) {
        try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.map(line -> Path.of(unescape(line.split(" ", 6)[4])))
                    .filter(point -> point.startsWith(directory))
                    .sorted(Comparator.comparingInt(Path::getNameCount).reversed())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the mount table", e);
        }
    }

    /// Deletes a directory with everything in it. It must not hold mounts. Nothing there is no error.
    public static void deleteRecursively(Path directory) {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new TreeDeletion());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }

    private static String unescape(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }

    private static void mount(String source, Path target, String type, long flags, String data) {
        try (var arena = Arena.ofConfined()) {
            call(arena, "mount " + target, state -> (int) MOUNT.invokeExact(
                    state,
                    arena.allocateFrom(source),
                    arena.allocateFrom(target.toString()),
                    arena.allocateFrom(type),
                    flags,
                    arena.allocateFrom(data)));
        }
    }

    @FunctionalInterface
    private interface Invocation {
        long with(MemorySegment state) throws Throwable;
    }

    private static long call(Arena arena, String what, Invocation invocation) {
        var state = arena.allocate(STATE);
        long result;
        try {
            result = invocation.with(state);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        if (result < 0) {
            throw failed(what, (int) ERRNO.get(state, 0L));
        }
        return result;
    }

    private static Fault failed(String what, int error) {
        var hint = error == EPERM ? " The control plane must run as root with CAP_SYS_ADMIN." : "";
        return new Fault(
                CpiFaultCode.HOST_FAILED,
                "The machine refused a system call (error %d).%s".formatted(error, hint),
                "call=%s errno=%d".formatted(what, error));
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), descriptor, Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor, int firstVariadic) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                descriptor,
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(firstVariadic));
    }
}
