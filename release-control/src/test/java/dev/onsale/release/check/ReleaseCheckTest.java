package dev.onsale.release.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.release.check.Difference.Passage;
import dev.onsale.runtime.OperatorError;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row changes a small build in one place. */
class ReleaseCheckTest {

    private static final String V1 = "{'type':'record','name':'R','doc':'old','fields':[{'name':'a','type':'int'}]}";
    private static final String BUILD = "{'format':1,'kafka':'4.3.1','services':{"
            + "'decider':{'groups':['app'],'reads':['orders-value'],'writes':['orders-value','r-value'],"
            + "'topology':['Source: commands'],'stores':{'orders':{'holds':'orders-value','logged':true,'changelog':"
            + "{'cleanup.policy':'compact'}}},'settings':{'threads':'1','state.dir':'state'}},"
            + "'worker':{'groups':['pay'],'reads':['r-value'],'writes':[],'topology':[],'stores':{},'settings':{}}},"
            + "'schemas':{'orders-value':[{'version':1,'id':1,'schema':" + V1 + "}],"
            + "'r-value':[{'version':1,'id':2,'schema':" + V1 + "}]},"
            + "'topics':{'t':{'partitions':4,'settings':{'cleanup.policy':'delete',"
            + "'retention.ms':'1000','message.timestamp.type':'CreateTime'}}}}";

    private static List<Difference> check(String changed) {
        return check(changed, new Deployment(false, Map.of()));
    }

    private static List<Difference> check(String changed, Deployment deployment) {
        return ReleaseCheck.between(facts(BUILD), facts(changed), deployment);
    }

    private static BuildFacts facts(String json) {
        return BuildFacts.fromJson(json.replace('\'', '"'), "the test");
    }

    @Test
    void builds_haveNoDifference_whenIdentical() {
        assertEquals(List.of(), check(BUILD));
        assertEquals(facts(BUILD), BuildFacts.fromJson(facts(BUILD).toJson(), "itself"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'orders':{'holds' | {'purchases':{'holds' | CLOSED",
                "'holds':'orders-value' | 'holds':'s-value' | CLOSED",
                "'changelog':{'cleanup.policy':'compact'} | 'changelog':{'cleanup.policy':'delete'} | CLOSED",
                "Source: commands | Source: other | CLOSED",
                "['app'] | ['other'] | CLOSED",
                "['pay'] | ['paid'] | CLOSED",
                "'partitions':4 | 'partitions':3 | CLOSED",
                "'partitions':4 | 'partitions':5 | CLOSED",
                "'cleanup.policy':'delete' | 'cleanup.policy':'compact' | CLOSED",
                "'retention.ms':'1000' | 'retention.ms':'999' | CLOSED",
                "'retention.ms':'1000' | 'retention.ms':'1001' | BOTH_WAYS",
                "'retention.ms':'1000' | 'retention.ms':'-1' | BOTH_WAYS",
                "CreateTime | LogAppendTime | BOTH_WAYS",
                "'topics':{ | 'topics':{'n':{'partitions':1,'settings':{}}, | BOTH_WAYS",
                "{'t':{'partitions' | {'u':{'partitions' | CLOSED",
                "'doc':'old' | 'doc':'new' | BOTH_WAYS",
                "'id':1 | 'id':3 | CLOSED",
                "'worker':{ | 'other':{ | CLOSED",
                "'4.3.1' | '4.3.2' | BOTH_WAYS",
                "'4.3.1' | '4.4.0' | ONE_WAY",
                "'threads':'1' | 'threads':'1','new':'' | BOTH_WAYS",
                "'threads':'1' | 'threads':'2' | BOTH_WAYS",
                "'threads':'1' | 'stream.threads':'1' | CLOSED",
                "'type':'int' | 'type':'long' | CLOSED"
            })
    void difference_isJudged(String from, String to, Passage passage) {
        assertTrue(BUILD.contains(from), from);
        List<Difference> found = check(BUILD.replace(from, to));
        assertTrue(found.stream().anyMatch(difference -> difference.passage() == passage), found.toString());
        assertTrue(
                passage == Passage.CLOSED || found.stream().noneMatch(d -> d.passage() == Passage.CLOSED),
                found.toString());
    }

    /** The first subject is read by those who write it, the second by others. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "1 | {'name':'a','type':'int'},{'name':'b','type':'int','default':0} | CLOSED | BOTH_WAYS",
                "2 | {'name':'a','type':'int'},{'name':'b','type':'int','default':0} | ONE_WAY | BOTH_WAYS",
                "1 | {'name':'b','type':'int','default':0} | CLOSED | CLOSED",
                "2 | {'name':'b','type':'int','default':0} | ONE_WAY | ONE_WAY",
                "2 | {'name':'a','type':'int'},{'name':'b','type':'int'} | CLOSED | CLOSED",
                "2 | {'name':'a','type':'string'} | CLOSED | CLOSED"
            })
    void newVersion_isJudgedByItsReaders(int id, String fields, Passage pinned, Passage withRegistry) {
        String v1 = "'id':" + id + ",'schema':" + V1 + "}";
        String v2 = V1.replace("{'name':'a','type':'int'}", fields);
        String changed = BUILD.replace(v1, v1 + ",{'version':2,'id':9,'schema':" + v2 + "}");
        List<Difference> found = check(changed);
        assertEquals(1, found.size(), found.toString());
        assertEquals(pinned, found.getFirst().passage(), found.toString());
        found = check(changed, new Deployment(true, Map.of()));
        assertEquals(withRegistry, found.getFirst().passage(), found.toString());
    }

    @Test
    void newVersion_saysWhoGoesFirst() {
        String v1 = "'id':2,'schema':" + V1 + "}";
        String why = check(BUILD.replace(v1, v1 + ",{'version':2,'id':9,'schema':" + V1 + "}"))
                .getFirst()
                .why();
        assertTrue(why.contains("upgrade worker before decider"), why);
    }

    @Test
    void removedSetting_isNoObstacle_whenTheConfigurationDoesNotSetIt() {
        String changed = BUILD.replace("'threads':'1',", "");
        var used = new Deployment(false, Map.of("decider", Set.of("threads")));
        assertEquals(Passage.CLOSED, check(changed, used).getFirst().passage());
        var unused = new Deployment(false, Map.of("decider", Set.of("state.dir")));
        assertEquals(Passage.BOTH_WAYS, check(changed, unused).getFirst().passage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"no JSON", "{'format':2}", "{'format':1}", "[]"})
    void description_isRefused_whenItIsNone(String text) {
        assertThrows(OperatorError.class, () -> facts(text));
    }
}
