import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/// Puts the classes of several jars into one, for the start-up cache: `SingleJar OUT IN...`.
///
/// picocli is compiled for Java 5, and the JVM caches no class that old, because such classes come without stack
/// maps. They are given stack maps and a newer version number here; their code stays the same.
final class SingleJar {
    private static final int OLDEST_CACHED = ClassFile.JAVA_6_VERSION;

    public static void main(String[] args) throws IOException {
        var inputs = Arrays.stream(args).skip(1).map(Path::of).toList();
        var urls = new URL[inputs.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = inputs.get(i).toUri().toURL();
        }
        try (var loader = new URLClassLoader(urls);
                var out = new JarOutputStream(Files.newOutputStream(Path.of(args[0])))) {
            var classFile = ClassFile.of(
                    StackMapsOption.GENERATE_STACK_MAPS,
                    ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(loader)
                            .orElse(ClassHierarchyResolver.defaultResolver())));
            var seen = new HashSet<String>();
            for (var input : inputs) {
                copy(input, out, classFile, seen);
            }
        }
    }

    private static void copy(Path input, JarOutputStream out, ClassFile classFile, Set<String> seen) throws IOException {
        try (var jar = new JarFile(input.toFile())) {
            for (var entry : jar.stream().filter(SingleJar::isWanted).toList()) {
                if (!seen.add(entry.getName())) {
                    continue;
                }
                byte[] content = jar.getInputStream(entry).readAllBytes();
                var copy = new JarEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                out.write(entry.getName().endsWith(".class") ? modern(content, classFile) : content);
                out.closeEntry();
            }
        }
    }

    private static boolean isWanted(JarEntry entry) {
        return !entry.isDirectory()
                && !entry.getName().startsWith("META-INF/")
                && !entry.getName().equals("module-info.class");
    }

    private static byte[] modern(byte[] content, ClassFile classFile) {
        var model = classFile.parse(content);
        if (model.majorVersion() >= OLDEST_CACHED) {
            return content;
        }
        return classFile.transformClass(
                model,
                ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL).andThen((builder, element) -> {
                    if (element instanceof ClassFileVersion) {
                        builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
                    } else {
                        builder.with(element);
                    }
                }));
    }
}
