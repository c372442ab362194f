package org.openpks.uaa.group;

import java.time.Instant;
import java.util.List;

/// A group; its name is the scope that its members may get.
public record Group(
        String id,
        String displayName,
        String description,
        int version,
        Instant created,
        Instant modified,
        List<Member> members) {

    public Group {
        members = List.copyOf(members);
    }

    /// @param origin `uaa` for members added by hand, else the provider whose groups were mapped
    public record Member(String id, Type type, String origin) {
        /// What a member is.
        public enum Type {
            USER,
            GROUP
        }
    }

    /// @param direct the user is a member itself, not by way of another group
    public record Membership(String groupId, String displayName, boolean direct) {}

    /// A group of an identity provider whose members become members of ours when they log in.
    public record Mapping(String groupId, String displayName, String externalGroup, String origin) {}
}
