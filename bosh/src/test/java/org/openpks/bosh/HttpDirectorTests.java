package org.openpks.bosh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.kernel.Fault;

class HttpDirectorTests {

    private RecordedServer server;
    private HttpClient http;
    private Director director;

    @BeforeEach
    void start() throws IOException {
        server = new RecordedServer();
        http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        director = new HttpDirector(http, server.url(), Authorization.basic("admin", "pass:word"));
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    @Test
    void readsInfo() {
        server.answer(200, """
                {"name":"lite","uuid":"71d36859","version":"282.1.4 (00000000)","user":"admin","cpi":"docker_cpi",
                 "stemcell_os":"ubuntu-jammy","user_authentication":{"type":"basic","options":{}},"features":{}}""");
        var info = director.info();
        assertThat(info.name()).isEqualTo("lite");
        assertThat(info.majorVersion()).isEqualTo(282);
        assertThat(info.user()).isEqualTo("admin");
        assertThat(server.last().header("Authorization")).isEqualTo("Basic YWRtaW46cGFzczp3b3Jk");
    }

    @Test
    void readsTasks() {
        server.answer(200, """
                {"id":180,"state":"processing","description":"create deployment","timestamp":null,"started_at":1440318199,
                 "result":null,"user":"admin","deployment":"cfcr","context_id":""}""");
        var task = director.task(180);
        assertThat(task.state()).isEqualTo(Task.State.PROCESSING);
        assertThat(task.startedAt()).isEqualTo(1_440_318_199L);
        assertThat(task.timestamp()).isNull();
        server.answer(200, "[]");
        assertThat(director.tasksOfDeployment("service-instance_a", 5, Task.State.QUEUED, Task.State.PROCESSING))
                .isEmpty();
        assertThat(server.last().path())
                .isEqualTo("/tasks?deployment=service-instance_a&verbose=1&limit=5&state=queued%2Cprocessing");
        server.answer(200, "[{\"id\":1,\"state\":\"someday\",\"description\":\"x\"}]");
        assertThat(director.tasksOfContext("c 1").getFirst().state().failed()).isTrue();
        assertThat(server.last().path()).isEqualTo("/tasks?context_id=c%201");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://director:25555/tasks/42", "/tasks/42", "http://10.0.0.6/tasks/42?x=1"})
    void findsTheTaskInARedirect(String location) {
        server.answer(302, "", "Location", location);
        assertThat(director.deploy("name: a\n", Optional.of("ctx"))).isEqualTo(42);
        assertThat(server.last().method()).isEqualTo("POST");
        assertThat(server.last().header("X-bosh-context-id")).isEqualTo("ctx");
        assertThat(server.last().header("Content-type")).isEqualTo("text/yaml");
        assertThat(server.last().body()).isEqualTo("name: a\n");
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void doesNotTakeAnotherAnswerForATask() {
        server.answer(200, "{}");
        assertThatThrownBy(() -> director.deploy("name: a", Optional.empty())).isInstanceOf(Fault.class);
        server.answer(302, "", "Location", "/elsewhere");
        assertThatThrownBy(() -> director.deploy("name: a", Optional.empty())).hasMessageContaining("cannot be read");
    }

    @ParameterizedTest
    @CsvSource({"204,''", "416,''", "200,''"})
    void readsOutputThatIsNotThereYet(int status, String body) {
        server.answer(status, body);
        assertThat(director.events(7)).isEmpty();
    }

    @Test
    void readsEventsWithoutAHalfLine() {
        server.answer(200, """
                {"time":1451020321,"stage":"Updating instance","tags":["worker"],"total":3,"task":"worker/6d52 (0) (canary)","index":1,"state":"started","progress":0}
                {"time":1451020330,"stage":"Updating instance","tags":["worker"],"total":3,"task":"worker/6d52 (0) (canary)","index":1,"state":"in_progress","progress":5,"data":{"status":"executing pre-stop"}}
                {"time":1451020400,"type":"warning","message":"You have ignored instances."}
                {"time":1451020400,"error":{"code":400007,"message":"not running after update"}}
                {"time":1451020401,"sta""");
        var events = director.events(7);
        assertThat(events).hasSize(4);
        assertThat(events.get(1).data()).containsEntry("status", "executing pre-stop");
        assertThat(events.get(3).error()).isEqualTo(new TaskEvent.Error(400007, "not running after update"));
        assertThat(server.last().path()).isEqualTo("/tasks/7/output?type=event");
    }

    @Test
    void asksForTheRestOfAnOutput() {
        server.answer(206, "rest", "Content-Range", "bytes 10-13/14");
        assertThat(director.output(7, Director.Output.DEBUG, 10)).isEqualTo("rest");
        assertThat(server.last().header("Range")).isEqualTo("bytes=10-");
    }

    @Test
    void readsEveryLineOfAnErrandsResult() {
        server.answer(200, """
                {"instance":{"group":"g","id":"1"},"errand_name":"e","exit_code":0,"stdout":"ok","stderr":"","logs":{"blobstore_id":"x"}}
                {"instance":{"group":"g","id":"2"},"errand_name":"e","exit_code":3,"stdout":"","stderr":"bad"}
                """);
        assertThat(director.errandResults(9)).extracting(ErrandResult::exitCode).containsExactly(0, 3);
    }

    @Test
    void sendsErrandsWithTheirInstances() {
        server.answer(302, "", "Location", "/tasks/5");
        director.runErrand("d", "apply-addons", List.of("master/0", "worker"), Optional.of("c"));
        assertThat(server.last().path()).isEqualTo("/deployments/d/errands/apply-addons/runs");
        assertThat(server.last().body())
                .isEqualTo("{\"keep-alive\":false,\"when-changed\":false,\"instances\":"
                        + "[{\"group\":\"master\",\"id\":\"0\"},{\"group\":\"worker\"}]}");
    }

    @Test
    void readsDeploymentsThatExistOrNot() {
        server.answer(200, "{\"manifest\":\"name: a\\n\"}");
        assertThat(director.deployment("a").orElseThrow().manifest()).contains("name: a\n");
        server.answer(200, "{\"manifest\":null}");
        assertThat(director.deployment("a").orElseThrow().manifest()).isEmpty();
        server.answer(404, "{\"code\":70000,\"description\":\"Deployment 'a' doesn't exist\"}");
        assertThat(director.deployment("a")).isEmpty();
        server.answer(404, "{\"code\":70000,\"description\":\"Deployment 'a' doesn't exist\"}");
        assertThat(director.delete("a", true, Optional.empty())).isEmpty();
        assertThat(server.last().path()).isEqualTo("/deployments/a?force=true");
        server.answer(200, "[{\"name\":\"d\",\"teams\":[],\"releases\":[{\"name\":\"r\",\"version\":\"1.0\"}]}]");
        assertThat(director.deployments().getFirst().releases().getFirst().version())
                .isEqualTo("1.0");
    }

    @Test
    void readsTheListOfMachines() {
        server.answer(200, """
                [{"agent_id":"x","cid":"c-1","job":"master","index":0,"id":"u","az":"z1","ips":["10.0.0.4"],
                  "vm_created_at":"2026-01-02T03:04:05Z","active":true,"permanent_nats_credentials":false}]""");
        var vm = director.vms("d").getFirst();
        assertThat(vm.job()).isEqualTo("master");
        assertThat(vm.cid()).isEqualTo("c-1");
        assertThat(vm.ips()).containsExactly("10.0.0.4");
    }

    @Test
    void guardsConfigsByTheirVersion() {
        server.answer(
                201,
                "{\"content\":\"a: 1\",\"id\":\"12\",\"type\":\"t\",\"name\":\"n\",\"team\":null,\"current\":true}");
        assertThat(director.putConfig("t", "n", "a: 1", Optional.of("0")).id()).isEqualTo("12");
        assertThat(server.last().body()).contains("\"expected_latest_id\":\"0\"");
        server.answer(
                412,
                "{\"latest_id\":\"12\",\"expected_latest_id\":\"0\",\"description\":\"Latest Id: '12' does not match\"}");
        var stale = catchThrowableOfType(Fault.class, () -> director.putConfig("t", "n", "a: 2", Optional.of("0")));
        assertThat(stale.code()).isEqualTo(BoshFault.STALE);
        server.answer(404, "");
        director.deleteConfig("t", "n");
        assertThat(server.last().path()).isEqualTo("/configs?type=t&name=n");
    }

    @Test
    void repeatsReadsButNeverWrites() {
        server.drop().answer(503, "").answer(200, "[]");
        assertThat(director.deployments()).isEmpty();
        assertThat(server.asked).hasSize(3);
        server.drop();
        var fault = catchThrowableOfType(Fault.class, () -> director.deploy("name: a", Optional.empty()));
        assertThat(fault.code()).isEqualTo(BoshFault.UNREACHABLE);
        assertThat(HttpDirector.outcomeUnknown(fault)).isTrue();
        assertThat(server.asked).hasSize(4);
    }

    @Test
    void passesTheDirectorsWordsOn() {
        server.answer(400, "{\"code\":440001,\"description\":\"Manifest should be a hash\"}");
        var refused = catchThrowableOfType(Fault.class, () -> director.deploy("x", Optional.empty()));
        assertThat(refused.code()).isEqualTo(BoshFault.REFUSED);
        assertThat(refused.userMessage()).contains("Manifest should be a hash");
        assertThat(refused.detail()).contains("440001");
        server.answer(401, "Not authorized: '/tasks/1'\n");
        assertThat(catchThrowableOfType(Fault.class, () -> director.task(1)).code())
                .isEqualTo(BoshFault.UNAUTHORISED);
        server.answer(404, "{\"code\":10000,\"description\":\"Task 1 not found\"}");
        assertThat(catchThrowableOfType(Fault.class, () -> director.task(1)).code())
                .isEqualTo(BoshFault.MISSING);
        server.answer(500, "");
        assertThat(catchThrowableOfType(Fault.class, () -> director.task(1)).code())
                .isEqualTo(BoshFault.FAILED);
    }

    @Test
    void saysWhereNothingAnswers() {
        var nowhere = new HttpDirector(http, URI.create("http://127.0.0.1:1"), Authorization.basic("a", "secret-word"));
        var fault = catchThrowableOfType(Fault.class, nowhere::info);
        assertThat(fault.userMessage()).isEqualTo("The BOSH Director at http://127.0.0.1:1 does not answer.");
        assertThat(fault.detail()).doesNotContain("secret-word");
    }

    @Test
    void cancelsTasksThatMayHaveEnded() {
        server.answer(204, "");
        director.cancel(3);
        assertThat(server.last().path()).isEqualTo("/task/3");
        server.answer(400, "Cannot cancel task 3: invalid state (done)");
        director.cancel(3);
    }

    @Test
    void uploadsFilesAndLocations(@TempDir Path directory) throws IOException {
        var tarball = Files.writeString(directory.resolve("release.tgz"), "content");
        server.answer(302, "", "Location", "/tasks/8");
        assertThat(director.uploadRelease(tarball)).isEqualTo(8);
        assertThat(server.last().header("Content-type")).isEqualTo("application/x-compressed");
        assertThat(server.last().body()).isEqualTo("content");
        server.answer(302, "", "Location", "/tasks/9");
        director.uploadStemcell("https://example.org/s.tgz", Optional.of("sha256:ab"));
        assertThat(server.last().path()).isEqualTo("/stemcells");
        assertThat(server.last().body())
                .isEqualTo("{\"location\":\"https://example.org/s.tgz\",\"sha1\":\"sha256:ab\"}");
    }

    @Test
    void renewsItsTokenOnce() {
        server.answer(200, "{\"access_token\":\"one\",\"expires_in\":3600}")
                .answer(401, "Not authorized")
                .answer(200, "{\"access_token\":\"two\",\"expires_in\":3600}")
                .answer(200, "[]");
        var uaa = new UaaAuthorization(http, server::url, "client", "secret", InstantSource.system());
        assertThat(new HttpDirector(http, server.url(), uaa).deployments()).isEmpty();
        assertThat(server.asked.get(1).header("Authorization")).isEqualTo("bearer one");
        assertThat(server.last().header("Authorization")).isEqualTo("bearer two");
        assertThat(server.asked.get(0).body()).isEqualTo("grant_type=client_credentials");
    }
}
