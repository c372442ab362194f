package org.openpks.director.deployment;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/// An interface of a neighbour of which only those methods work that the given object has.
final class Partial {

    private Partial() {}

    static <T> T of(Class<T> type, Object target) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        var found = target.getClass().getDeclaredMethod(method.getName(), method.getParameterTypes());
                        found.setAccessible(true);
                        return found.invoke(target, arguments);
                    } catch (NoSuchMethodException e) {
                        throw new UnsupportedOperationException(method.toString(), e);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
