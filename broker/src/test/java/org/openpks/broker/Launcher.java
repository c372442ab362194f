package org.openpks.broker;

import java.util.Map;
import org.openpks.component.RunningComponent;

/// How a broker of tests is run.
interface Launcher {

    Running start(Map<String, Object> settings);

    interface Running {
        int port();

        void end();
    }

    /// In the tests' own process.
    static Launcher here() {
        return settings -> new Component(RunningComponent.start("broker", TestBrokerApplication.class, settings));
    }

    record Component(RunningComponent component) implements Running {
        @Override
        public int port() {
            return component.port();
        }

        @Override
        public void end() {
            component.close();
        }
    }
}
