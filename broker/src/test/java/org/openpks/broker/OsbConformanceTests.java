package org.openpks.broker;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The rules over a Director that answers from memory.
class OsbConformanceTests extends OsbConformance {

    @TempDir
    static Path directory;

    private static FakeDirector director;
    private static TestBroker broker;

    @BeforeAll
    static void start() throws IOException {
        director = new FakeDirector();
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
