package org.openpks.uaa.group;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.uaa.scim.Attribute;
import org.openpks.uaa.scim.Attributes;
import org.openpks.uaa.scim.Page;
import org.openpks.uaa.scim.Query;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

@Repository
class JdbcGroups implements Groups {

    private static final Attributes ATTRIBUTES = new Attributes(
            "displayName",
            Map.of(
                    "id", Attribute.text("id"),
                    "displayName", Attribute.text("display_name"),
                    "description", Attribute.text("description"),
                    "version", Attribute.number("version"),
                    "meta.version", Attribute.number("version"),
                    "created", Attribute.time("created_at"),
                    "meta.created", Attribute.time("created_at"),
                    "lastmodified", Attribute.time("updated_at"),
                    "meta.lastmodified", Attribute.time("updated_at")));

    private static final Attributes MAPPING_ATTRIBUTES = new Attributes(
            "displayName",
            Map.of(
                    "group_id", Attribute.text("group_id"),
                    "groupId", Attribute.text("group_id"),
                    "displayName", Attribute.text("display_name"),
                    "externalGroup", Attribute.text("external_name"),
                    "external_group", Attribute.text("external_name"),
                    "origin", Attribute.text("origin")));

    private final JdbcClient jdbc;
    private final InstantSource clock;

    JdbcGroups(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public Optional<Group> find(String id) {
        return jdbc.sql("select * from user_group where id = :id")
                .param("id", id)
                .query((row, number) -> group(row))
                .optional();
    }

    @Override
    public Optional<Group> findByName(String displayName) {
        return jdbc.sql("select * from user_group where display_name = :name")
                .param("name", displayName)
                .query((row, number) -> group(row))
                .optional();
    }

    @Override
    public Page<Group> list(Query query) {
        return query.run(jdbc, "user_group", ATTRIBUTES, this::group);
    }

    @Override
    @Transactional
    public boolean addIfMissing(Group group) {
        boolean added = jdbc.sql("""
                        insert ignore into user_group (id, display_name, description, version, created_at, updated_at)
                        values (:id, :name, :description, 0, :now, :now)
                        """)
                        .param("id", group.id())
                        .param("name", group.displayName())
                        .param("description", group.description())
                        .param("now", now())
                        .update()
                == 1;
        if (added) {
            group.members().forEach(member -> join(group.id(), member));
        }
        return added;
    }

    @Override
    @Transactional
    public boolean update(Group group) {
        boolean current = jdbc.sql("""
                        update user_group set display_name = :name, description = :description, version = version + 1,
                            updated_at = :now
                        where id = :id and version = :version
                        """)
                        .param("name", group.displayName())
                        .param("description", group.description())
                        .param("now", now())
                        .param("id", group.id())
                        .param("version", group.version())
                        .update()
                == 1;
        if (current) {
            jdbc.sql("delete from group_member where group_id = :id")
                    .param("id", group.id())
                    .update();
            group.members().forEach(member -> join(group.id(), member));
        }
        return current;
    }

    @Override
    @Transactional
    public void delete(String id) {
        jdbc.sql("delete from group_member where member_id = :id")
                .param("id", id)
                .update();
        jdbc.sql("delete from user_group where id = :id").param("id", id).update();
    }

    /// A union that keeps no duplicates ends also when groups are in each other.
    @Override
    public List<Group.Membership> memberships(String userId) {
        return jdbc.sql("""
                        with recursive held (id, direct) as (
                            select group_id, 1 from group_member where member_id = :user
                            union
                            select m.group_id, 0 from group_member m join held on m.member_id = held.id)
                        select g.id, g.display_name, max(held.direct) as direct from held join user_group g on g.id = held.id
                        group by g.id, g.display_name order by g.display_name
                        """)
                .param("user", userId)
                .query((row, number) -> new Group.Membership(row.getString(1), row.getString(2), row.getBoolean(3)))
                .list();
    }

    @Override
    public boolean exists(Group.Member member) {
        var table =
                switch (member.type()) {
                    case USER -> "user_account";
                    case GROUP -> "user_group";
                };
        return jdbc.sql("select count(*) from " + table + " where id = :id")
                        .param("id", member.id())
                        .query(Integer.class)
                        .single()
                > 0;
    }

    @Override
    public boolean join(String groupId, Group.Member member) {
        return jdbc.sql("""
                        insert ignore into group_member (group_id, member_id, member_type, origin)
                        values (:group, :member, :type, :origin)
                        """)
                        .param("group", groupId)
                        .param("member", member.id())
                        .param("type", member.type().name())
                        .param("origin", member.origin())
                        .update()
                == 1;
    }

    @Override
    public boolean leave(String groupId, String memberId) {
        return jdbc.sql("delete from group_member where group_id = :group and member_id = :member")
                        .param("group", groupId)
                        .param("member", memberId)
                        .update()
                == 1;
    }

    @Override
    public boolean map(Group.Mapping mapping) {
        try {
            return jdbc.sql(
                                    "insert into external_group (group_id, external_name, origin) values (:group, :name, :origin)")
                            .param("group", mapping.groupId())
                            .param("name", mapping.externalGroup())
                            .param("origin", mapping.origin())
                            .update()
                    == 1;
        } catch (DuplicateKeyException e) {
            return false;
        }
    }

    @Override
    public boolean unmap(Group.Mapping mapping) {
        return jdbc.sql("""
                        delete from external_group
                        where group_id = :group and external_name = :name and origin = :origin
                        """)
                        .param("group", mapping.groupId())
                        .param("name", mapping.externalGroup())
                        .param("origin", mapping.origin())
                        .update()
                == 1;
    }

    @Override
    public Page<Group.Mapping> mappings(Query query) {
        return query.run(
                jdbc,
                """
                (select e.group_id, g.display_name, e.external_name, e.origin
                from external_group e join user_group g on g.id = e.group_id) mapping""",
                MAPPING_ATTRIBUTES,
                row -> new Group.Mapping(
                        row.getString("group_id"),
                        row.getString("display_name"),
                        row.getString("external_name"),
                        row.getString("origin")));
    }

    @Override
    @Transactional
    public void remap(String userId, String origin, Collection<String> externalGroups) {
        jdbc.sql("delete from group_member where member_id = :user and origin = :origin")
                .param("user", userId)
                .param("origin", origin)
                .update();
        if (!externalGroups.isEmpty()) {
            jdbc.sql("""
                            insert ignore into group_member (group_id, member_id, member_type, origin)
                            select distinct group_id, :user, 'USER', :origin from external_group
                            where origin = :origin and external_name in (:names)
                            """)
                    .param("user", userId)
                    .param("origin", origin)
                    .param("names", externalGroups)
                    .update();
        }
    }

    private Group group(ResultSet row) throws SQLException {
        var id = row.getString("id");
        return new Group(
                id,
                row.getString("display_name"),
                Optional.ofNullable(row.getString("description")).orElse(""),
                row.getInt("version"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant(),
                members(id));
    }

    private List<Group.Member> members(String id) {
        return jdbc.sql(
                        "select member_id, member_type, origin from group_member where group_id = :id order by member_id")
                .param("id", id)
                .query((row, number) -> new Group.Member(
                        row.getString(1), Group.Member.Type.valueOf(row.getString(2)), row.getString(3)))
                .list();
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
