package org.openpks.cli.api;

/// A number of worker nodes, at least 1. The upper limit is the plan's, which the API knows.
public record WorkerCount(int value) {
    public WorkerCount {
        if (value < 1) {
            throw new IllegalArgumentException("the number of worker nodes must be at least 1");
        }
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
