package org.openpks.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openpks.broker.TestBroker.path;
import static org.openpks.broker.TestBroker.provisionBody;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.openpks.osb.BindRequest;
import org.openpks.osb.LastOperation;
import org.openpks.osb.OsbClient;
import org.openpks.osb.OsbJson;
import org.openpks.osb.ProvisionRequest;

/// What happens to an instance from its creation to its end.
class LifecycleTests extends WithBroker {

    @Test
    void createsByADeploymentAndAnErrand() {
        var answer = broker.provision("a", Map.of());
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text("dashboard_url")).isEqualTo("https://dashboard.example/a");
        var operation = answer.text("operation");
        var data = OsbJson.MAPPER.readTree(operation);
        assertThat(data.path("OperationType").asString()).isEqualTo("create");
        assertThat(data.path("BoshTaskID").asLong()).isEqualTo(director.only("create deployment").id);
        assertThat(data.path("BoshContextID").asString()).isEqualTo(director.only("create deployment").contextId);
        assertThat(data.path("Errands").path(0).path("Name").asString()).isEqualTo("apply-addons");
        assertThat(data.path("Errands").path(0).path("Instances").path(0).asString())
                .isEqualTo("master/0");

        assertThat(broker.poll("a", operation).text("description")).isEqualTo("Instance provisioning in progress");
        assertThat(broker.send("GET", path("a"), null).status()).isEqualTo(404);
        director.finish(director.only("create deployment"));
        assertThat(broker.poll("a", operation).text("state")).isEqualTo("in progress");
        assertThat(broker.poll("a", operation).text("state")).isEqualTo("in progress");
        var errand = director.only("run errand apply-addons");
        assertThat(errand.contextId).isEqualTo(director.only("create deployment").contextId);
        director.finish(errand);
        var end = broker.poll("a", operation);
        assertThat(end.text("state")).isEqualTo("succeeded");
        assertThat(end.text("description")).isEqualTo("Instance provisioning completed");

        var instance = broker.send("GET", path("a"), null);
        assertThat(instance.status()).isEqualTo(200);
        assertThat(instance.text("plan_id")).isEqualTo("plan-small");
        assertThat(instance.body()
                        .path("metadata")
                        .path("attributes")
                        .path("master_ips")
                        .path(0)
                        .asString())
                .isEqualTo("100.96.0.10");
    }

    /// The Director's configs are no place for secrets; CredHub is, and the record knows where they lie there.
    @Test
    void recordsSecretsByReferenceAlone() {
        director.dropRequest(line -> line.equals("POST /deployments"));
        var secret = Map.<String, Object>of("secret", "hush hush");
        broker.provision("a", secret);
        assertThat(director.configs.values().toString())
                .contains("((odb_secret:given))")
                .doesNotContain("hush hush");
        assertThat(director.credentials).containsValue("hush hush");

        broker.finish("a", broker.provision("a", secret).text("operation"));
        assertThat(director.credentials.values())
                .as("what is started again from the record knows no more than the reference")
                .contains("hush hush")
                .doesNotContain("((odb_secret:given))");
        var update = broker.update(
                "a", Map.of("parameters", Map.of("secret", "other words", "kubernetes_worker_instances", 2)));
        assertThat(update.status()).isEqualTo(202);
        assertThat(director.configs.values().toString()).doesNotContain("hush hush", "other words");
        assertThat(director.credentials).containsValue("other words");
    }

    @Test
    void answersRepeatedCreations() {
        var first = broker.provision("a", Map.of("kubernetes_worker_instances", 2));
        var again = broker.provision("a", Map.of("kubernetes_worker_instances", 2));
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.text("operation")).isEqualTo(first.text("operation"));
        assertThat(broker.provision("a", Map.of("kubernetes_worker_instances", 3))
                        .status())
                .isEqualTo(409);
        broker.finish("a", first.text("operation"));
        assertThat(broker.provision("a", Map.of("kubernetes_worker_instances", 2))
                        .status())
                .isEqualTo(200);
        assertThat(broker.provision("a", Map.of("kubernetes_worker_instances", 3))
                        .status())
                .isEqualTo(409);
        assertThat(director.count("create deployment")).isEqualTo(1);
    }

    @Test
    void doesNotTakeADeploymentThatItDidNotMake() {
        director.deployments.put("service-instance_a", new FakeDirector.FakeDeployment());
        assertThat(broker.provision("a", Map.of()).status()).isEqualTo(409);
    }

    @Test
    void explainsAFailedCreation() {
        var operation = broker.provision("a", Map.of()).text("operation");
        var task = director.only("create deployment");
        director.event(
                task,
                "Updating instance",
                List.of("worker"),
                "worker/w-0 (0)",
                "failed",
                Map.of("error", "'worker/w-0 (0)' is not running after update. Review logs for failed jobs: kubelet"));
        director.fail(task, "'worker/w-0 (0)' is not running after update. Review logs for failed jobs: kubelet");
        task.debug.append(
                "Failed: it is not running (last lines of kubelet:\none\ntwo\nthree\nno space left on device)\n");
        var answer = broker.poll("a", operation);
        assertThat(answer.text("state")).isEqualTo("failed");
        assertThat(answer.text("description"))
                .contains("last lines of kubelet: two | three | no space left on device")
                .startsWith(
                        "Instance provisioning failed: There was a problem completing your request. Please contact your"
                                + " operations team providing the following information: service: p.pks, service-instance-guid: a,"
                                + " broker-request-id: ")
                .contains("task-id: " + task.id + ", operation: create, error-message: ")
                .contains("worker/w-0 (0)")
                .contains("kubelet")
                .contains("pks delete-cluster demo");
        assertThat(broker.poll("a", operation).text("description")).isEqualTo(answer.text("description"));
        assertThat(broker.provision("a", Map.of()).status()).isEqualTo(409);
        assertThat(broker.update("a", TestBroker.FIVE).text("error")).isEqualTo("InstanceUnusable");
        var deletion = broker.deprovision("a");
        assertThat(deletion.status()).isEqualTo(202);
        assertThat(broker.finish("a", deletion.text("operation")).text("state")).isEqualTo("succeeded");
    }

    @Test
    void failsWhenTheErrandFails() {
        var operation = broker.provision("a", Map.of()).text("operation");
        director.finishAll();
        broker.poll("a", operation);
        var errand = director.only("run errand");
        director.errandResult(errand, 0, "fine", "");
        director.errandResult(errand, 3, "", "one\ncoredns never became ready");
        director.finish(errand);
        var answer = broker.poll("a", operation);
        assertThat(answer.text("state")).isEqualTo("failed");
        assertThat(answer.text("description"))
                .contains("apply-addons on master/m-0 ended with exit code 3: one | coredns never became ready");
    }

    @Test
    void updatesAndRefusesASecondOperation() {
        broker.created("a");
        var update = broker.update("a", TestBroker.FIVE);
        assertThat(update.status()).isEqualTo(202);
        assertThat(broker.update("a", TestBroker.FIVE).text("operation")).isEqualTo(update.text("operation"));
        var other = broker.update("a", Map.of("parameters", Map.of("kubernetes_worker_instances", 1)));
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.text("error")).isEqualTo("ConcurrencyError");
        assertThat(broker.send("GET", path("a"), null).text("error")).isEqualTo("ConcurrencyError");
        assertThat(broker.poll("a", update.text("operation")).text("description"))
                .isEqualTo("Instance update in progress");
        var end = broker.finish("a", update.text("operation"));
        assertThat(end.text("description")).isEqualTo("Instance update completed");
        assertThat(director.deployments.get("service-instance_a").manifest).contains("instances: 5");
        assertThat(broker.send("GET", path("a"), null)
                        .body()
                        .path("parameters")
                        .path("kubernetes_worker_instances")
                        .asInt())
                .isEqualTo(5);
        assertThat(broker.update("a", TestBroker.FIVE).status()).isEqualTo(200);
        assertThat(broker.provision("a", Map.of()).status()).isEqualTo(200);
    }

    @Test
    void doesAFailedUpdateAgain() {
        broker.created("a");
        var first = broker.update("a", TestBroker.FIVE).text("operation");
        director.fail(runningTask(), "no capacity left");
        var failed = broker.poll("a", first);
        assertThat(failed.text("state")).isEqualTo("failed");
        assertThat(failed.text("description"))
                .startsWith("Instance update failed")
                .contains("no capacity left");
        assertThat(broker.send("GET", path("a"), null).body().path("parameters").has("kubernetes_worker_instances"))
                .isFalse();
        var second = broker.update("a", TestBroker.FIVE);
        assertThat(second.status()).isEqualTo(202);
        assertThat(second.text("operation")).isNotEqualTo(first);
        assertThat(broker.finish("a", second.text("operation")).text("state")).isEqualTo("succeeded");
        assertThat(broker.poll("a", first).text("state")).isEqualTo("failed");
        // Back to what is deployed, after a failure: the nodes may be half changed, so it is deployed again.
        var third = broker.update("a", Map.of("parameters", Map.of("kubernetes_worker_instances", 4)));
        director.fail(runningTask(), "no");
        broker.poll("a", third.text("operation"));
        assertThat(broker.update("a", TestBroker.FIVE).status()).isEqualTo(202);
    }

    @Test
    void upgradesOnlyByMaintenanceInfo() {
        broker.created("a");
        broker.adapter().jobs = "etcd, kubelet";
        var stale = broker.update("a", TestBroker.FIVE);
        assertThat(stale.status()).isEqualTo(422);
        assertThat(stale.text("description"))
                .isEqualTo(
                        "The service broker has been updated, and this service instance is out of date. Please contact"
                                + " your operator.");
        var upgrade = broker.update("a", Map.of("maintenance_info", Map.of("version", "1.7.0")));
        assertThat(upgrade.status()).isEqualTo(202);
        assertThat(broker.poll("a", upgrade.text("operation")).text("description"))
                .isEqualTo("Instance upgrade in progress");
        assertThat(broker.finish("a", upgrade.text("operation")).text("description"))
                .isEqualTo("Instance upgrade completed");
        assertThat(broker.update("a", Map.of("maintenance_info", Map.of("version", "1.7.0")))
                        .status())
                .isEqualTo(200);
        assertThat(broker.update("a", TestBroker.FIVE).status()).isEqualTo(202);
    }

    private static final Map<String, Object> TO_18 = Map.of("maintenance_info", Map.of("version", "1.8.0"));

    private TestBroker offering18(boolean updatesWhileBehind) throws IOException {
        return new TestBroker(director, directory, Duration.ZERO, "2.0", "1.8.0", updatesWhileBehind);
    }

    private static String inForce(TestBroker asked) {
        return asked.send("GET", path("a"), null)
                .body()
                .path("maintenance_info")
                .path("version")
                .asString();
    }

    @Test
    void tellsTheMaintenanceInfoThatIsInForce() throws IOException {
        broker.created("a");
        var info = broker.send("GET", path("a"), null).body().path("maintenance_info");
        assertThat(info.path("version").asString()).isEqualTo("1.7.0");
        assertThat(info.path("public").path("kubernetes_version").asString()).isEqualTo("1.0");
        try (var newer = offering18(false)) {
            assertThat(inForce(newer)).isEqualTo("1.7.0");
            var upgrade = newer.update("a", TO_18).text("operation");
            director.fail(runningTask(), "a canary failed");
            assertThat(newer.poll("a", upgrade).text("description"))
                    .startsWith("Failed for bosh task: ")
                    .contains("a canary failed");
            assertThat(inForce(newer)).isEqualTo("1.7.0");
            var update = newer.update("a", TestBroker.FIVE);
            assertThat(update.status()).isEqualTo(422);
            assertThat(update.text("description")).contains("Repeat the upgrade first");
            assertThat(newer.send("PATCH", "/mgmt/service_instances/a?operation_type=recreate", Map.of())
                            .text("description"))
                    .contains("Repeat the upgrade first");
            newer.finish("a", newer.update("a", TO_18).text("operation"));
            assertThat(inForce(newer)).isEqualTo("1.8.0");
            assertThat(newer.update("a", TO_18).status()).isEqualTo(200);
        }
    }

    @Test
    void upgradesAnInstanceThatIsBehindBeforeItIsUpdated() throws IOException {
        broker.created("a");
        try (var newer = offering18(false)) {
            var both = new HashMap<String, Object>(TestBroker.FIVE);
            for (Map<String, Object> request :
                    List.of(TestBroker.FIVE, Map.<String, Object>of("plan_id", TestBroker.MEDIUM))) {
                var refused = newer.update("a", request);
                assertThat(refused.status()).isEqualTo(422);
                assertThat(refused.text("description")).contains("needs to be upgraded before it can be updated");
            }
            both.putAll(TO_18);
            assertThat(newer.update("a", both).status()).isEqualTo(422);
            assertThat(newer.update("a", Map.of("maintenance_info", Map.of("version", "1.7.0")))
                            .text("error"))
                    .isEqualTo("MaintenanceInfoConflict");
            assertThat(director.only("create deployment").state).isEqualTo("done");
            newer.finish("a", newer.update("a", TO_18).text("operation"));
            assertThat(newer.update("a", both).status()).isEqualTo(202);
        }
    }

    @Test
    void updatesAnInstanceThatIsBehindAtItsVersionWhenTheOperatorAllowsIt() throws IOException {
        broker.created("a");
        try (var newer = offering18(true)) {
            var both = new HashMap<String, Object>(TestBroker.FIVE);
            both.putAll(TO_18);
            assertThat(newer.update("a", both).status()).isEqualTo(422);
            newer.finish("a", newer.update("a", TestBroker.FIVE).text("operation"));
            assertThat(director.deployments.get("service-instance_a").manifest)
                    .contains("version: '1.0'")
                    .contains("instances: 5");
            assertThat(inForce(newer)).isEqualTo("1.7.0");
        }
    }

    @Test
    void changesVersionsOnlyByAnUpgrade() throws IOException {
        broker.created("a");
        try (var newer = new TestBroker(director, directory, Duration.ZERO, "2.0")) {
            var manifest = director.deployments.get("service-instance_a");
            newer.finish("a", newer.update("a", TestBroker.FIVE).text("operation"));
            assertThat(manifest.manifest).contains("version: '1.0'").contains("instances: 5");
            var upgrade = newer.update("a", Map.of("maintenance_info", Map.of("version", "1.7.0")));
            newer.finish("a", upgrade.text("operation"));
            assertThat(manifest.manifest).contains("version: '2.0'").contains("instances: 5");
        }
    }

    @Test
    void deletesEverythingThatBelongsToIt() {
        broker.created("a");
        broker.send(
                "PUT", path("a") + "/service_bindings/b", Map.of("service_id", "service-1", "plan_id", "plan-small"));
        director.credentials.put("/test-director/other/keep", "x");
        var deletion = broker.deprovision("a");
        assertThat(deletion.status()).isEqualTo(202);
        assertThat(broker.deprovision("a").text("operation")).isEqualTo(deletion.text("operation"));
        assertThat(broker.poll("a", deletion.text("operation")).text("description"))
                .isEqualTo("Instance deletion in progress");
        assertThat(broker.provision("a", Map.of()).text("error")).isEqualTo("ConcurrencyError");
        director.finishAll();
        for (int i = 0; i < 3; i++) {
            var end = broker.poll("a", deletion.text("operation"));
            assertThat(end.status()).isEqualTo(200);
            assertThat(end.text("state")).isEqualTo("succeeded");
            assertThat(end.text("description")).isEqualTo("Instance deletion completed");
        }
        assertThat(broker.poll("a", "").text("state")).isEqualTo("succeeded");
        assertThat(broker.poll("a", "deprovision").text("state")).isEqualTo("succeeded");
        assertThat(director.deployments).isEmpty();
        assertThat(director.configsOfInstances()).isEmpty();
        assertThat(director.credentials).containsOnlyKeys("/test-director/other/keep");
        assertThat(broker.deprovision("a").status()).isEqualTo(410);
        assertThat(broker.send("GET", path("a"), null).status()).isEqualTo(404);
        assertThat(broker.provision("a", Map.of()).status()).isEqualTo(202);
    }

    @Test
    void deletesWhatIsStillBeingCreated() {
        var creation = broker.provision("a", Map.of()).text("operation");
        var deletion = broker.deprovision("a");
        assertThat(deletion.status()).isEqualTo(202);
        assertThat(director.only("create deployment").state).isEqualTo("cancelled");
        assertThat(broker.poll("a", creation).text("description")).isEqualTo("Instance deletion in progress");
        assertThat(broker.finish("a", deletion.text("operation")).text("state")).isEqualTo("succeeded");
        assertThat(director.count("run errand")).isZero();
        assertThat(director.configsOfInstances()).isEmpty();
        assertThat(broker.poll("a", creation).status()).isEqualTo(404);
    }

    @Test
    void deletesWhatIsStillBeingUpdated() {
        broker.created("a");
        var update = broker.update("a", TestBroker.FIVE).text("operation");
        var task = runningTask();
        var deletion = broker.deprovision("a");
        assertThat(deletion.status()).isEqualTo(202);
        assertThat(task.state).isEqualTo("cancelled");
        assertThat(director.only("delete deployment").state).isEqualTo("processing");
        assertThat(broker.poll("a", update).text("description")).isEqualTo("Instance deletion in progress");
        assertThat(broker.deprovision("a").text("operation")).isEqualTo(deletion.text("operation"));
        assertThat(director.only("delete deployment").state).isEqualTo("processing");
        assertThat(broker.update("a", TestBroker.FIVE).text("error")).isEqualTo("ConcurrencyError");
        assertThat(broker.finish("a", deletion.text("operation")).text("state")).isEqualTo("succeeded");
        assertThat(director.configsOfInstances()).isEmpty();
    }

    @Test
    void repeatsADeletionThatFailed() {
        broker.created("a");
        var first = broker.deprovision("a").text("operation");
        director.fail(director.only("delete deployment"), "disk is busy");
        var failed = broker.poll("a", first);
        assertThat(failed.text("state")).isEqualTo("failed");
        assertThat(failed.text("description"))
                .startsWith("Instance deletion failed")
                .contains("disk is busy");
        var second = broker.deprovision("a");
        assertThat(second.status()).isEqualTo(202);
        assertThat(broker.finish("a", second.text("operation")).text("state")).isEqualTo("succeeded");
    }

    @Test
    void saysWhenABindingNeedsAnApplication() {
        broker.created("a");
        broker.adapter().wantsApp = true;
        var body = Map.of("service_id", "service-1", "plan_id", "plan-small");
        var refused = broker.send("PUT", path("a") + "/service_bindings/b", body);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("error")).isEqualTo("RequiresApp");
        assertThat(broker.send("GET", path("a") + "/service_bindings/b", null).status())
                .isEqualTo(404);
        var named = Map.of("service_id", "service-1", "plan_id", "plan-small", "app_guid", "app-1");
        assertThat(broker.send("PUT", path("a") + "/service_bindings/b", named).status())
                .isEqualTo(201);
    }

    @Test
    void bindsWithAddressesAndSecrets() {
        broker.created("a");
        var body = Map.of("service_id", "service-1", "plan_id", "plan-small");
        var bound = broker.send("PUT", path("a") + "/service_bindings/b", body);
        assertThat(bound.status()).isEqualTo(201);
        assertThat(bound.body().path("credentials").path("server").asString()).isEqualTo("https://100.96.0.10:8443");
        assertThat(broker.adapter().lastSecrets)
                .containsEntry("((admin-password))", "s3cret")
                .containsEntry("((tls.ca))", "CA")
                .containsKey("((tls))");
        assertThat(broker.send("PUT", path("a") + "/service_bindings/b", body).status())
                .isEqualTo(200);
        var other = Map.of("service_id", "service-1", "plan_id", "plan-small", "parameters", Map.of("x", 1));
        assertThat(broker.send("PUT", path("a") + "/service_bindings/b", other).status())
                .isEqualTo(409);
        var read = broker.send("GET", path("a") + "/service_bindings/b", null);
        assertThat(read.body().path("credentials").path("token").asString()).isEqualTo("token-of-b");
        assertThat(broker.send("GET", path("a") + "/service_bindings/b/last_operation", null)
                        .text("state"))
                .isEqualTo("succeeded");
        var query = "?service_id=service-1&plan_id=plan-small";
        assertThat(broker.send("DELETE", path("a") + "/service_bindings/b" + query, null)
                        .status())
                .isEqualTo(200);
        assertThat(broker.send("DELETE", path("a") + "/service_bindings/b" + query, null)
                        .status())
                .isEqualTo(410);
        assertThat(broker.send("GET", path("a") + "/service_bindings/b", null).status())
                .isEqualTo(404);
    }

    @Test
    void bindsWhileAnUpdateRunsButNotWhileItIsCreated() {
        var body = Map.of("service_id", "service-1", "plan_id", "plan-small");
        var operation = broker.provision("a", Map.of()).text("operation");
        assertThat(broker.send("PUT", path("a") + "/service_bindings/b", body).text("error"))
                .isEqualTo("ConcurrencyError");
        broker.finish("a", operation);
        broker.update("a", TestBroker.FIVE);
        assertThat(broker.send("PUT", path("a") + "/service_bindings/b", body).status())
                .isEqualTo(201);
    }

    @Test
    void leavesNoBindingBehindWhenTheClusterDoesNotAnswer() {
        broker.created("a");
        broker.adapter().unreachable = true;
        var body = Map.of("service_id", "service-1", "plan_id", "plan-small");
        var answer = broker.send("PUT", path("a") + "/service_bindings/b", body);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text("description")).contains("The cluster's API does not answer");
        assertThat(broker.adapter().deletedBindings).containsExactly("b");
        assertThat(director.configsOfInstances()).noneMatch(key -> key.startsWith("service-binding"));
    }

    @Test
    void keepsABindingOnRecordThatItCannotTakeBack() {
        broker.created("a");
        broker.adapter().unreachable = true;
        broker.adapter().unbindUnreachable = true;
        var body = Map.of("service_id", "service-1", "plan_id", "plan-small");
        assertThat(broker.send("PUT", path("a") + "/service_bindings/b", body).status())
                .isEqualTo(500);
        assertThat(director.configsOfInstances()).anyMatch(key -> key.startsWith("service-binding"));
        broker.adapter().reset();
        assertThat(broker.send(
                                "DELETE",
                                path("a") + "/service_bindings/b?service_id=service-1&plan_id=plan-small",
                                null)
                        .status())
                .isEqualTo(200);
        assertThat(broker.adapter().deletedBindings).containsExactly("b");
        assertThat(director.configsOfInstances()).noneMatch(key -> key.startsWith("service-binding"));
    }

    @Test
    void countsInstancesAgainstThePlansQuota() {
        var body = provisionBody(Map.of());
        body.put("plan_id", TestBroker.MEDIUM);
        assertThat(broker.send("PUT", path("a") + "?accepts_incomplete=true", body)
                        .status())
                .isEqualTo(202);
        var second = broker.send("PUT", path("b") + "?accepts_incomplete=true", body);
        assertThat(second.status()).isEqualTo(422);
        assertThat(second.text("error")).isEqualTo("QuotaExceeded");
        assertThat(second.text("description"))
                .isEqualTo("plan instance limit exceeded for service ID: service-1. Total instances: 1");
        assertThat(director.count("create deployment")).isEqualTo(1);
    }

    @Test
    void showsStepsEventByEvent() {
        var operation = broker.provision("a", Map.of()).text("operation");
        var task = director.only("create deployment");
        director.event(task, "Creating missing vms", List.of(), "master/m-0 (0)", "started", Map.of());
        director.event(task, "Creating missing vms", List.of(), "worker/w-0 (0)", "started", Map.of());
        director.event(task, "Creating missing vms", List.of(), "master/m-0 (0)", "finished", Map.of());
        var client = broker.client();
        var first = client.operationSteps("a", Optional.of(operation), 0);
        assertThat(first.steps())
                .extracting("index", "task", "state")
                .containsExactly(
                        Tuple.tuple(0, "master/m-0 (0)", LastOperation.State.SUCCEEDED),
                        Tuple.tuple(1, "worker/w-0 (0)", LastOperation.State.IN_PROGRESS));
        assertThat(client.operationSteps("a", Optional.empty(), first.next()).steps())
                .isEmpty();
        director.event(task, "Creating missing vms", List.of(), "worker/w-0 (0)", "failed", Map.of("error", "no room"));
        director.finish(task);
        broker.poll("a", operation);
        director.event(director.only("run errand"), "Running errand", List.of(), "master/m-0 (0)", "started", Map.of());
        var second = client.operationSteps("a", Optional.of(operation), first.next());
        assertThat(second.steps())
                .extracting("index", "stage", "detail")
                .containsExactly(
                        Tuple.tuple(1, "Creating missing vms", "no room"), Tuple.tuple(2, "Running errand", null));
        assertThat(second.next()).isEqualTo(5);
    }

    @Test
    void servesItsOwnClient() {
        var client = broker.client();
        var request = new ProvisionRequest(
                "service-1", "plan-small", "o", "s", Map.of("instance_name", "demo"), Map.of(), null);
        var outcome = client.provision("a", request, Optional.empty());
        assertThat(outcome).isInstanceOf(OsbClient.Outcome.InProgress.class);
        var operation = ((OsbClient.Outcome.InProgress) outcome).operation();
        broker.finish("a", operation.orElseThrow());
        assertThat(client.lastOperation("a", "service-1", "plan-small", operation))
                .isEqualTo(new OsbClient.Poll.Answer(
                        new LastOperation(LastOperation.State.SUCCEEDED, "Instance provisioning completed"),
                        Optional.empty()));
        assertThat(client.instance("a")).isPresent();
        var binding = client.bind("a", "b", BindRequest.of("service-1", "plan-small", Map.of()), Optional.empty());
        assertThat(binding.credentials()).containsEntry("token", "token-of-b");
        assertThat(binding.toString()).doesNotContain("token-of-b");
        client.unbind("a", "b", "service-1", "plan-small", Optional.empty());
        assertThat(client.deprovision("a", "service-1", "plan-small", Optional.empty()))
                .isInstanceOf(OsbClient.Outcome.InProgress.class);
        assertThat(client.deprovision("none", "service-1", "plan-small", Optional.empty()))
                .isEqualTo(new OsbClient.Outcome.Gone());
    }

    @Test
    void tellsInTheCatalogWhatPlansAre() {
        var plan = broker.send("GET", "/v2/catalog", null).body().at("/services/0/plans/0");
        assertThat(plan.at("/metadata/worker_instances").asInt()).isEqualTo(3);
        assertThat(plan.at("/metadata/max_worker_instances").asInt()).isEqualTo(5);
        assertThat(plan.at("/metadata/master_instances").asInt()).isEqualTo(1);
        assertThat(plan.at("/metadata/allow-privileged-containers").asBoolean()).isTrue();
        assertThat(plan.at("/maintenance_info/public/kubernetes_version").asString())
                .isEqualTo("1.0");
        assertThat(broker.client().catalog().services()).hasSize(1);
    }

    @Test
    void tellsInTheCatalogHowBigNodesAreAndHowTheyAreDrained() {
        var before = broker.send("GET", "/v2/catalog", null);
        var openpks = before.body().at("/services/0/plans/0/metadata/openpks");
        assertThat(openpks.path("master").toString()).isEqualTo("{\"cpu\":2,\"instances\":1,\"memory_mb\":1536}");
        assertThat(openpks.path("worker").toString()).isEqualTo("{\"cpu\":4,\"max_instances\":5,\"memory_mb\":8192}");
        assertThat(openpks.path("drain").path("kubelet_drain_timeout").asString())
                .isEqualTo("0");
        assertThat(openpks.path("drain").size()).isEqualTo(6);
        broker.restart();
        assertThat(broker.send("GET", "/v2/catalog", null).raw().body())
                .isEqualTo(before.raw().body());
    }

    @Test
    void namesTheStepThatRuns() {
        var operation = broker.provision("a", Map.of()).text("operation");
        var task = director.only("create deployment");
        director.event(task, "Creating missing vms", List.of(), "master/m-0 (0)", "started", Map.of());
        director.event(task, "Creating missing vms", List.of(), "master/m-0 (0)", "finished", Map.of());
        director.event(task, "Updating instance", List.of("master"), "master/m-0 (0)", "started", Map.of());
        director.event(
                task,
                "Updating instance",
                List.of("master"),
                "master/m-0 (0)",
                "in_progress",
                Map.of("status", "executing post-start"));
        assertThat(broker.poll("a", operation).text("description"))
                .isEqualTo("Instance provisioning in progress: Updating instance master: master/m-0 (0)"
                        + " (executing post-start)");
        assertThat(broker.poll("a", "").text("description"))
                .isEqualTo(broker.poll("a", operation).text("description"));
    }

    @Test
    void forgetsADeletionAfterAWhile() {
        broker.created("a");
        var operation = broker.deprovision("a").text("operation");
        broker.finish("a", operation);
        director.only("delete deployment").timestamp -= 86_500L;
        assertThat(broker.poll("a", operation).status()).isEqualTo(410);
        assertThat(broker.poll("a", "").status()).isEqualTo(410);
    }

    @Test
    void tellsPollersAPaceWhenItHasOne() throws IOException {
        try (var slow =
                new TestBroker(director, directory, Duration.ZERO, text -> text).with("broker.retry-after", "10s")) {
            var operation = slow.provision("a", Map.of()).text("operation");
            assertThat(slow.poll("a", operation).raw().headers().firstValue("Retry-After"))
                    .hasValue("10");
            assertThat(slow.finish("a", operation).raw().headers().firstValue("Retry-After"))
                    .isEmpty();
        }
        assertThat(broker.poll("a", "").raw().headers().firstValue("Retry-After"))
                .isEmpty();
    }

    @Test
    void refusesBodiesOfTenMegabytes() {
        assertThat(broker.send("PUT", path("a") + "?accepts_incomplete=true", "x".repeat(10_000_000))
                        .status())
                .isEqualTo(413);
    }

    private FakeDirector.FakeTask runningTask() {
        return director.tasks.values().stream()
                .filter(task -> task.state.equals("processing"))
                .findFirst()
                .orElseThrow();
    }
}
