package org.openpks.director.cpi.container;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// The configuration of one `haproxy` that stands for a load balancer (docs.haproxy.org 2.6, `configuration`).
///
/// - Connections go to the member that has the fewest, and to another one at once when it refuses them.
/// - Members are asked four times a second. One that fails three times in a row gets nothing, and the connections that
///   lead to it are ended, so that clients come again and reach another one. Refusals count at once; only a member
///   that answers nothing at all is given a second each time, since a machine under load may be slow.
/// - A connection may be silent for hours, as watches are; dead ends are found by the kernel's own probes.
/// - It listens as root and then becomes a user without rights. After a change the former process serves what it has
///   for a minute at most.
final class BalancerProgram {

    private BalancerProgram() {}

    /// @param id a name by which it tells its member
    record Member(String id, String address) {}

    static String configuration(LoadBalancer balancer, List<Member> members, Path socket) {
        return """
                global
                  user haproxy
                  group haproxy
                  maxconn 2000
                  nbthread 1
                  hard-stop-after 1m
                  stats socket %s mode 600 level admin expose-fd listeners

                defaults
                  mode tcp
                  timeout connect 500ms
                  timeout check 1s
                  timeout client 4h
                  timeout server 4h
                  retries 3
                  option redispatch 1
                  option clitcpka
                  option srvtcpka
                  clitcpka-idle 10s
                  clitcpka-intvl 5s
                  clitcpka-cnt 3
                  srvtcpka-idle 10s
                  srvtcpka-intvl 5s
                  srvtcpka-cnt 3

                frontend address
                  bind %s:%d
                  default_backend members

                backend members
                  balance leastconn
                %s  default-server check%s inter 250ms fastinter 100ms downinter 200ms rise 1 fall 3 on-marked-down shutdown-sessions
                %s""".formatted(
                socket,
                balancer.address(),
                balancer.port(),
                check(balancer),
                balancer.healthPath().isEmpty() ? "" : " check-ssl verify none",
                members.stream()
                        .map(member -> "  server %s %s:%d\n".formatted(member.id(), member.address(), balancer.port()))
                        .collect(Collectors.joining()));
    }

    /// Whether a program with this configuration has the balancer's address and port.
    static boolean listensAt(String configuration, LoadBalancer balancer) {
        return configuration.contains("  bind %s:%d\n".formatted(balancer.address(), balancer.port()));
    }

    private static String check(LoadBalancer balancer) {
        return balancer.healthPath().isEmpty() ? "" : """
                  option httpchk
                  http-check send meth GET uri %s ver HTTP/1.1 hdr Host %s hdr Connection close
                  http-check expect status 200
                """.formatted(balancer.healthPath(), balancer.address());
    }
}
