package org.openpks.api.profile;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A program of Kubernetes that profiles customize.
enum Component {
    KUBE_APISERVER("kube-apiserver"),
    KUBE_CONTROLLER_MANAGER("kube-controller-manager"),
    KUBE_SCHEDULER("kube-scheduler"),
    KUBELET("kubelet"),
    KUBE_PROXY("kube-proxy");

    private final String program;

    Component(String program) {
        this.program = program;
    }

    /// The program of that name.
    static Optional<Component> of(String program) {
        return Arrays.stream(values())
                .filter(component -> component.program.equals(program))
                .findFirst();
    }

    static List<String> programs() {
        return Arrays.stream(values()).map(Component::toString).toList();
    }

    /// Its name as it stands in profiles.
    @Override
    public String toString() {
        return program;
    }
}
