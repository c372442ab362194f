package org.openpks.broker;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Two broker processes over one Director: platforms turn to the other one after a failure.
abstract class WithTwoBrokers extends WithBroker {

    static TestBroker other;

    @BeforeAll
    static void startOther() throws IOException {
        other = new TestBroker(director, directory);
    }

    @AfterAll
    static void stopOther() {
        other.close();
    }
}
