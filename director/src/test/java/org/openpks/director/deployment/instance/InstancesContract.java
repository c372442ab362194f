package org.openpks.director.deployment.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.openpks.director.deployment.instance.StoredInstance.Address;

/// What every memory of instances promises.
abstract class InstancesContract {

    abstract Instances instances();

    private static StoredInstance instance(String id, int index) {
        return new StoredInstance(
                id,
                "d",
                "worker",
                index,
                "z1",
                index == 0,
                false,
                "started",
                false,
                "small",
                Map.of("cpu", 2),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    @Test
    void remembersWhatItIsTold() {
        var instances = instances();
        var id = id();
        instances.save(instance(id, 0));
        assertThat(instances.find(id)).contains(instance(id, 0));
        assertThat(instances.claim(id, new Address("default", "10.0.0.2", false)))
                .isTrue();
        instances.setState(id, "stopped");
        instances.setCompleted(id, true);
        instances.vmPlanned(id, "agent-1", "f".repeat(64));
        instances.vmCreated("agent-1", "vm-1");
        instances.vmApplied("agent-1", Optional.of("a".repeat(64)), Optional.empty(), List.of("drain", "pre-stop"));
        instances.diskCreated(id, "disk-1", 1024, Map.of("type", "ssd"));
        instances.diskAttached("disk-1", Optional.of("vm-1"));

        var found = instances.of("d").getFirst();
        assertThat(found.state()).isEqualTo("stopped");
        assertThat(found.completed()).isTrue();
        assertThat(found.addresses()).containsExactly(new Address("default", "10.0.0.2", false));
        var vm = found.vm().orElseThrow();
        assertThat(vm.cid()).contains("vm-1");
        assertThat(vm.applied()).contains("a".repeat(64));
        assertThat(vm.hosts()).isEmpty();
        assertThat(vm.scripts()).containsExactly("drain", "pre-stop");
        assertThat(found.disk())
                .contains(new StoredInstance.Disk("disk-1", 1024, Map.of("type", "ssd"), Optional.of("vm-1")));
        assertThat(instances.vmCids()).containsExactly("vm-1");
    }

    @Test
    void savesADescriptionWithoutTouchingTheRest() {
        var instances = instances();
        var id = id();
        instances.save(instance(id, 0));
        instances.claim(id, new Address("default", "10.0.0.2", false));
        instances.vmPlanned(id, "agent-1", "f".repeat(64));
        instances.save(instance(id, 0));
        assertThat(instances.find(id).orElseThrow().vm()).isPresent();
        assertThat(instances.find(id).orElseThrow().addresses()).hasSize(1);
    }

    @Test
    void givesAnAddressToOneOnly() {
        var instances = instances();
        var first = id();
        var second = id();
        instances.save(instance(first, 0));
        instances.save(instance(second, 1));
        assertThat(instances.claim(first, new Address("default", "10.0.0.2", false)))
                .isTrue();
        assertThat(instances.claim(second, new Address("default", "10.0.0.2", false)))
                .isFalse();
        instances.release(second, "10.0.0.2");
        assertThat(instances.addresses()).containsExactly("10.0.0.2");
        instances.release(first, "10.0.0.2");
        assertThat(instances.claim(second, new Address("default", "10.0.0.2", true)))
                .isTrue();
    }

    @Test
    void detachesTheDiskOfAMachineThatIsGone() {
        var instances = instances();
        var id = id();
        instances.save(instance(id, 0));
        instances.vmPlanned(id, "agent-1", "f".repeat(64));
        instances.vmCreated("agent-1", "vm-1");
        instances.diskCreated(id, "disk-1", 1024, Map.of());
        instances.diskAttached("disk-1", Optional.of("vm-1"));
        instances.vmGone("agent-1");
        var found = instances.find(id).orElseThrow();
        assertThat(found.vm()).isEmpty();
        assertThat(found.disk().orElseThrow().attachedTo()).isEmpty();
        instances.diskOrphaned("disk-1");
        assertThat(instances.orphanDisks()).singleElement().satisfies(orphan -> {
            assertThat(orphan.cid()).isEqualTo("disk-1");
            assertThat(orphan.instance()).isEqualTo("worker/" + id);
            assertThat(orphan.deployment()).isEqualTo("d");
        });
        instances.remove(id);
        assertThat(instances.of("d")).isEmpty();
        assertThat(instances.addresses()).isEmpty();
        instances.orphanGone("disk-1");
        assertThat(instances.orphanDisks()).isEmpty();
    }
}
