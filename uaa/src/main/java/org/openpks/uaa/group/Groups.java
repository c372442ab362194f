package org.openpks.uaa.group;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.openpks.uaa.scim.Page;
import org.openpks.uaa.scim.Query;

/// Groups, their members, and the external groups mapped to them.
public interface Groups {

    Optional<Group> find(String id);

    Optional<Group> findByName(String displayName);

    Page<Group> list(Query query);

    /// Adds a group with its members unless the name is taken; says whether it did.
    boolean addIfMissing(Group group);

    /// Stores name, description and members, and counts the version up, if the version is still the one in
    /// `group`; says whether it was.
    boolean update(Group group);

    void delete(String id);

    /// Every group a user is in, also by way of other groups.
    List<Group.Membership> memberships(String userId);

    /// The names of those groups, sorted.
    default SortedSet<String> names(String userId) {
        var names = new TreeSet<String>();
        memberships(userId).forEach(membership -> names.add(membership.displayName()));
        return names;
    }

    /// Whether a user or group with this id is there.
    boolean exists(Group.Member member);

    /// Says whether the member is new.
    boolean join(String groupId, Group.Member member);

    /// Says whether it was a member.
    boolean leave(String groupId, String memberId);

    /// Says whether the mapping is new.
    boolean map(Group.Mapping mapping);

    /// Says whether the mapping was there.
    boolean unmap(Group.Mapping mapping);

    /// Mappings with a filter over `group_id`, `displayName`, `externalGroup` and `origin`.
    Page<Group.Mapping> mappings(Query query);

    /// Makes a user's mapped memberships those that follow from the external groups; memberships from elsewhere
    /// stay.
    void remap(String userId, String origin, Collection<String> externalGroups);
}
