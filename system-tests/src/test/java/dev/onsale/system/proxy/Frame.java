package dev.onsale.system.proxy;

import org.apache.kafka.common.protocol.ApiKeys;

/**
 * What the proxy knows of a request or of its answer.
 *
 * @param broker node id of the broker that is asked or answers
 * @param api what is asked for or answered
 * @param client the client id of who asks; empty: it gave none
 */
public record Frame(int broker, Direction direction, ApiKeys api, String client) {

    public enum Direction {
        REQUEST,
        RESPONSE
    }

    public boolean isRequest(ApiKeys asked) {
        return direction == Direction.REQUEST && api == asked;
    }

    public boolean isResponse(ApiKeys asked) {
        return direction == Direction.RESPONSE && api == asked;
    }
}
