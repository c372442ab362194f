package org.openpks.director.deployment.instance;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.openpks.director.deployment.instance.StoredInstance.Address;
import org.openpks.director.deployment.instance.StoredInstance.Disk;
import org.openpks.director.deployment.instance.StoredInstance.Vm;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Instances in the database.
public final class JdbcInstances implements Instances {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final InstantSource clock;

    public JdbcInstances(JdbcClient jdbc, PlatformTransactionManager transactions, InstantSource clock) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    @Override
    public List<StoredInstance> of(String deployment) {
        return load("i.deployment = :value", deployment);
    }

    @Override
    public Optional<StoredInstance> find(String id) {
        return load("i.id = :value", id).stream().findFirst();
    }

    private List<StoredInstance> load(String condition, String value) {
        var addresses = new HashMap<String, List<Address>>();
        jdbc.sql("select a.* from instance_address a join instance i on i.id = a.instance_id where " + condition
                        + " order by inet_aton(a.address)")
                .param("value", value)
                .query((ResultSet row) -> {
                    addresses
                            .computeIfAbsent(row.getString("instance_id"), id -> new ArrayList<>())
                            .add(new Address(
                                    row.getString("network"), row.getString("address"), row.getBoolean("is_static")));
                });
        return jdbc.sql("""
                        select i.*, v.agent_id, v.cid vm_cid, v.fingerprint, v.applied, v.hosts, v.scripts, v.created_at vm_created_at,
                          d.cid disk_cid, d.size_mb, d.cloud_properties disk_properties, d.attached_to
                        from instance i left join vm v on v.instance_id = i.id left join persistent_disk d on d.instance_id = i.id
                        where """ + " " + condition + " order by i.group_name, i.position")
                .param("value", value)
                .query((row, number) -> instance(row, addresses.getOrDefault(row.getString("id"), List.of())))
                .list();
    }

    private static StoredInstance instance(ResultSet row, List<Address> addresses) throws SQLException {
        var agent = row.getString("agent_id");
        Optional<Vm> vm = agent == null
                ? Optional.empty()
                : Optional.of(new Vm(
                        agent,
                        Optional.ofNullable(row.getString("vm_cid")),
                        row.getString("fingerprint"),
                        Optional.ofNullable(row.getString("applied")),
                        Optional.ofNullable(row.getString("hosts")),
                        row.getString("scripts").isEmpty()
                                ? List.of()
                                : List.of(row.getString("scripts").split(",")),
                        Instant.ofEpochMilli(row.getLong("vm_created_at"))));
        var diskCid = row.getString("disk_cid");
        Optional<Disk> disk = diskCid == null
                ? Optional.empty()
                : Optional.of(new Disk(
                        diskCid,
                        row.getInt("size_mb"),
                        JSON.readValue(row.getString("disk_properties"), MAP),
                        Optional.ofNullable(row.getString("attached_to"))));
        return new StoredInstance(
                row.getString("id"),
                row.getString("deployment"),
                row.getString("group_name"),
                row.getInt("position"),
                row.getString("az"),
                row.getBoolean("bootstrap"),
                row.getBoolean("errand"),
                row.getString("state"),
                row.getBoolean("completed"),
                row.getString("vm_type"),
                JSON.readValue(row.getString("cloud_properties"), MAP),
                List.copyOf(addresses),
                vm,
                disk);
    }

    @Override
    public void save(StoredInstance instance) {
        jdbc.sql("""
                        insert into instance (id, deployment, group_name, position, az, bootstrap, errand, state, completed, vm_type,
                          cloud_properties, created_at)
                        values (:id, :deployment, :group, :position, :az, :bootstrap, :errand, :state, :completed, :vmType, :properties, :now)
                        on duplicate key update az = values(az), bootstrap = values(bootstrap), errand = values(errand),
                          state = values(state), completed = values(completed), vm_type = values(vm_type),
                          cloud_properties = values(cloud_properties)""")
                .param("id", instance.id())
                .param("deployment", instance.deployment())
                .param("group", instance.group())
                .param("position", instance.index())
                .param("az", instance.az())
                .param("bootstrap", instance.bootstrap())
                .param("errand", instance.errand())
                .param("state", instance.state())
                .param("completed", instance.completed())
                .param("vmType", instance.vmType())
                .param("properties", JSON.writeValueAsString(instance.cloudProperties()))
                .param("now", clock.millis())
                .update();
    }

    @Override
    public void setState(String id, String state) {
        jdbc.sql("update instance set state = :state where id = :id")
                .param("state", state)
                .param("id", id)
                .update();
    }

    @Override
    public void setCompleted(String id, boolean completed) {
        jdbc.sql("update instance set completed = :completed where id = :id")
                .param("completed", completed)
                .param("id", id)
                .update();
    }

    @Override
    public void remove(String id) {
        jdbc.sql("delete from instance where id = :id").param("id", id).update();
    }

    @Override
    public Set<String> addresses() {
        return new HashSet<>(jdbc.sql("select address from instance_address")
                .query(String.class)
                .list());
    }

    @Override
    public boolean claim(String instance, Address address) {
        try {
            jdbc.sql(
                            "insert into instance_address (address, network, instance_id, is_static) values (:ip, :network, :instance, :fixed)")
                    .param("ip", address.ip())
                    .param("network", address.network())
                    .param("instance", instance)
                    .param("fixed", address.fixed())
                    .update();
            return true;
        } catch (DuplicateKeyException e) {
            return false;
        }
    }

    @Override
    public void release(String instance, String ip) {
        jdbc.sql("delete from instance_address where address = :ip and instance_id = :instance")
                .param("ip", ip)
                .param("instance", instance)
                .update();
    }

    @Override
    public void vmPlanned(String instance, String agentId, String fingerprint) {
        jdbc.sql(
                        "insert into vm (agent_id, instance_id, fingerprint, scripts, created_at) values (:agent, :instance, :fingerprint, '', :now)")
                .param("agent", agentId)
                .param("instance", instance)
                .param("fingerprint", fingerprint)
                .param("now", clock.millis())
                .update();
    }

    @Override
    public void vmCreated(String agentId, String cid) {
        jdbc.sql("update vm set cid = :cid, created_at = :now where agent_id = :agent")
                .param("cid", cid)
                .param("now", clock.millis())
                .param("agent", agentId)
                .update();
    }

    @Override
    public void vmApplied(String agentId, Optional<String> applied, Optional<String> hosts, List<String> scripts) {
        jdbc.sql("update vm set applied = :applied, hosts = :hosts, scripts = :scripts where agent_id = :agent")
                .param("applied", applied.orElse(null))
                .param("hosts", hosts.orElse(null))
                .param("scripts", String.join(",", scripts))
                .param("agent", agentId)
                .update();
    }

    @Override
    public void vmGone(String agentId) {
        transactions.executeWithoutResult(status -> {
            jdbc.sql(
                            "update persistent_disk d join vm v on d.attached_to = v.cid set d.attached_to = null where v.agent_id = :agent")
                    .param("agent", agentId)
                    .update();
            jdbc.sql("delete from vm where agent_id = :agent")
                    .param("agent", agentId)
                    .update();
        });
    }

    @Override
    public Set<String> vmCids() {
        return new HashSet<>(jdbc.sql("select cid from vm where cid is not null")
                .query(String.class)
                .list());
    }

    @Override
    public void diskCreated(String instance, String cid, int sizeMb, Map<String, Object> cloudProperties) {
        jdbc.sql("""
                        insert into persistent_disk (cid, instance_id, size_mb, cloud_properties, created_at)
                        values (:cid, :instance, :size, :properties, :now)""")
                .param("cid", cid)
                .param("instance", instance)
                .param("size", sizeMb)
                .param("properties", JSON.writeValueAsString(cloudProperties))
                .param("now", clock.millis())
                .update();
    }

    @Override
    public void diskAttached(String cid, Optional<String> vmCid) {
        jdbc.sql("update persistent_disk set attached_to = :vm where cid = :cid")
                .param("vm", vmCid.orElse(null))
                .param("cid", cid)
                .update();
    }

    @Override
    public void diskOrphaned(String cid) {
        transactions.executeWithoutResult(status -> {
            jdbc.sql("""
                            insert ignore into orphan_disk (cid, size_mb, az, deployment, instance_name, cloud_properties, orphaned_at)
                            select d.cid, d.size_mb, i.az, i.deployment, concat(i.group_name, '/', i.id), d.cloud_properties, :now
                            from persistent_disk d join instance i on i.id = d.instance_id where d.cid = :cid""").param("cid", cid).param("now", clock.millis()).update();
            jdbc.sql("delete from persistent_disk where cid = :cid")
                    .param("cid", cid)
                    .update();
        });
    }

    @Override
    public List<OrphanDisk> orphanDisks() {
        return jdbc.sql("select * from orphan_disk order by orphaned_at, cid")
                .query((row, number) -> new OrphanDisk(
                        row.getString("cid"),
                        row.getInt("size_mb"),
                        row.getString("az"),
                        row.getString("deployment"),
                        row.getString("instance_name"),
                        JSON.readValue(row.getString("cloud_properties"), MAP),
                        row.getLong("orphaned_at")))
                .list();
    }

    @Override
    public void orphanGone(String cid) {
        jdbc.sql("delete from orphan_disk where cid = :cid").param("cid", cid).update();
    }
}
