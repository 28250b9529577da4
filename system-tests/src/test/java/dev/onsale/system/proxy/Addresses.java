package dev.onsale.system.proxy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;

/** Puts the proxy's addresses in place of the brokers', wherever an answer names a broker to a client. */
final class Addresses {

    private static final String HOST = "127.0.0.1";

    private static final Set<ApiKeys> NAME_BROKERS = Set.of(
            ApiKeys.METADATA,
            ApiKeys.FIND_COORDINATOR,
            ApiKeys.DESCRIBE_CLUSTER,
            ApiKeys.PRODUCE,
            ApiKeys.FETCH,
            ApiKeys.SHARE_FETCH,
            ApiKeys.SHARE_ACKNOWLEDGE);

    private final List<Integer> ports;

    /** @param ports the proxy's ports by node id */
    Addresses(List<Integer> ports) {
        this.ports = ports;
    }

    /** @param response from its header on */
    ByteBuffer rewrite(RequestHeader asked, ByteBuffer response) {
        if (!NAME_BROKERS.contains(asked.apiKey())) {
            return response;
        }
        ApiMessage answer = AbstractResponse.parseResponse(response, asked).data();
        rewrite(answer);
        ResponseHeader header = asked.toResponseHeader();
        return RequestUtils.serialize(header.data(), header.headerVersion(), answer, asked.apiVersion());
    }

    private void rewrite(ApiMessage answer) {
        switch (answer) {
            case MetadataResponseData metadata ->
                metadata.brokers().forEach(node -> move(node.nodeId(), node::setHost, node::setPort));
            case FindCoordinatorResponseData found -> {
                // Where versions before 4 name the only one.
                if (!found.host().isEmpty()) {
                    move(found.nodeId(), found::setHost, found::setPort);
                }
                found.coordinators().forEach(node -> move(node.nodeId(), node::setHost, node::setPort));
            }
            case DescribeClusterResponseData cluster ->
                cluster.brokers().forEach(node -> move(node.brokerId(), node::setHost, node::setPort));
            case ProduceResponseData produced ->
                produced.nodeEndpoints().forEach(node -> move(node.nodeId(), node::setHost, node::setPort));
            case FetchResponseData fetched ->
                fetched.nodeEndpoints().forEach(node -> move(node.nodeId(), node::setHost, node::setPort));
            case ShareFetchResponseData fetched ->
                fetched.nodeEndpoints().forEach(node -> move(node.nodeId(), node::setHost, node::setPort));
            case ShareAcknowledgeResponseData acknowledged ->
                acknowledged.nodeEndpoints().forEach(node -> move(node.nodeId(), node::setHost, node::setPort));
            default -> throw new IllegalStateException("no broker is looked for in " + answer);
        }
    }

    /** An answer with an error in it names a broker below 0. */
    private void move(int node, Consumer<String> setHost, IntConsumer setPort) {
        if (node >= 0) {
            setHost.accept(HOST);
            setPort.accept(ports.get(node));
        }
    }
}
