package org.openpks.broker.instance;

/// How instances are named at the Director.
public final class Deployments {

    public static final String PREFIX = "service-instance_";

    private Deployments() {}

    public static String name(String instanceId) {
        return PREFIX + instanceId;
    }
}
