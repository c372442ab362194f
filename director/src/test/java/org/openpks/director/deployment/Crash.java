package org.openpks.director.deployment;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.openpks.director.agent.Agent;

/// A director's death: at the n-th call to one of its neighbours, before or after that call has its effect, every
/// further call of the same director fails.
final class Crash {

    static final class CrashError extends Error {
        private static final long serialVersionUID = 1L;

        CrashError() {
            super("the director is dead");
        }
    }

    private final int at;
    private final boolean after;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean dead;

    Crash(int at, boolean after) {
        this.at = at;
        this.after = after;
    }

    static Crash never() {
        return new Crash(Integer.MAX_VALUE, false);
    }

    boolean happened() {
        return dead;
    }

    <T> T wrap(Class<T> type, T target) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.invoke(target, arguments);
                    }
                    if (dead) {
                        throw new CrashError();
                    }
                    boolean now = calls.incrementAndGet() == at;
                    if (now && !after) {
                        dead = true;
                        throw new CrashError();
                    }
                    try {
                        var result = method.invoke(target, arguments);
                        if (now) {
                            dead = true;
                            throw new CrashError();
                        }
                        return result instanceof Agent agent ? wrap(Agent.class, agent) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
