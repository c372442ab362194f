package org.openpks.broker;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A broker over a Director that answers from memory, shared by the tests of a class. Each begins with nothing in it.
abstract class WithBroker {

    @TempDir
    static Path directory;

    static FakeDirector director;
    static TestBroker broker;

    @BeforeAll
    static void start() throws IOException {
        director = new FakeDirector();
        broker = new TestBroker(director, directory);
    }

    @BeforeEach
    void forget() {
        director.reset();
        broker.adapter().reset();
    }

    @AfterAll
    static void stop() {
        broker.close();
        director.close();
    }
}
