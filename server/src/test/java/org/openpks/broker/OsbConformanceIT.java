package org.openpks.broker;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The rules over our own Director.
class OsbConformanceIT extends OsbConformance {

    @TempDir
    static Path directory;

    private static EmbeddedDirector director;
    private static TestBroker broker;

    @BeforeAll
    static void start() throws IOException {
        director = new EmbeddedDirector(directory);
        broker = new TestBroker(director, directory);
    }

    @AfterAll
    static void stop() {
        broker.close();
        director.close();
    }

    @Override
    protected DirectorUnderTest director() {
        return director;
    }

    @Override
    protected TestBroker broker() {
        return broker;
    }
}
