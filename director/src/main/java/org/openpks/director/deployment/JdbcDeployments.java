package org.openpks.director.deployment;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.director.deployment.instance.Instances;
import org.openpks.director.deployment.instance.StoredInstance;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Deployments in the database.
@Component
class JdbcDeployments implements DeploymentStore {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JdbcClient jdbc;
    private final Instances instances;
    private final InstantSource clock;

    JdbcDeployments(JdbcClient jdbc, Instances instances, InstantSource clock) {
        this.jdbc = jdbc;
        this.instances = instances;
        this.clock = clock;
    }

    @Override
    public List<Deployment> list() {
        return jdbc.sql("select * from deployment order by name")
                .query((row, number) -> deployment(row))
                .list();
    }

    @Override
    public Optional<Deployment> find(String name) {
        return jdbc.sql("select * from deployment where name = :name")
                .param("name", name)
                .query((row, number) -> deployment(row))
                .optional();
    }

    private static Deployment deployment(ResultSet row) throws SQLException {
        return new Deployment(
                row.getString("name"),
                Optional.ofNullable(row.getString("manifest")),
                words(row.getString("releases")),
                words(row.getString("stemcells")),
                words(row.getString("cloud_config_ids")).stream()
                        .map(Long::valueOf)
                        .toList());
    }

    /// Names and versions hold no spaces, so a space stands between them.
    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    @Override
    public Deployment ensure(String name) {
        jdbc.sql("""
                        insert ignore into deployment (name, releases, stemcells, cloud_config_ids, created_at)
                        values (:name, '', '', '', :now)""").param("name", name).param("now", clock.millis()).update();
        return find(name).orElseThrow();
    }

    @Override
    public List<Instance> instances(String deployment) {
        return instances.of(deployment).stream().map(JdbcDeployments::shown).toList();
    }

    static Instance shown(StoredInstance one) {
        var vm = one.vm().filter(machine -> machine.cid().isPresent());
        return new Instance(
                one.deployment(),
                one.group(),
                one.index(),
                one.id(),
                one.az(),
                one.bootstrap(),
                one.state(),
                one.addresses().stream().map(StoredInstance.Address::ip).toList(),
                vm.flatMap(StoredInstance.Vm::cid),
                vm.map(StoredInstance.Vm::agentId),
                vm.map(StoredInstance.Vm::createdAt),
                one.disk().map(StoredInstance.Disk::cid),
                one.vmType(),
                one.cloudProperties(),
                one.errand());
    }

    @Override
    public void succeeded(
            String name, String manifest, List<String> releases, List<String> stemcells, List<Long> cloudConfigIds) {
        jdbc.sql("""
                        update deployment set manifest = :manifest, releases = :releases, stemcells = :stemcells,
                          cloud_config_ids = :configs where name = :name""")
                .param("manifest", manifest)
                .param("releases", String.join(" ", releases))
                .param("stemcells", String.join(" ", stemcells))
                .param(
                        "configs",
                        String.join(
                                " ",
                                cloudConfigIds.stream().map(String::valueOf).toList()))
                .param("name", name)
                .update();
    }

    @Override
    public Map<String, String> variables(String name) {
        return jdbc.sql("select variable_versions from deployment where name = :name and variable_versions is not null")
                .param("name", name)
                .query(String.class)
                .optional()
                .map(text -> JSON.readValue(text, new TypeReference<Map<String, String>>() {}))
                .orElse(Map.of());
    }

    @Override
    public void variables(String name, Map<String, String> versions) {
        jdbc.sql("update deployment set variable_versions = :versions where name = :name")
                .param("versions", JSON.writeValueAsString(versions))
                .param("name", name)
                .update();
    }

    @Override
    public void remove(String name) {
        jdbc.sql("delete from deployment where name = :name")
                .param("name", name)
                .update();
    }
}
