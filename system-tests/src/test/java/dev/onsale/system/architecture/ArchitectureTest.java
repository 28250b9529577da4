package dev.onsale.system.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The arrows of the module table. Every rule has a fixture that violates it, so that none can match nothing. */
class ArchitectureTest {

    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.onsale");

    enum Arrow {
        DOMAIN("dev.onsale.domain", dev.onsale.domain.violation.DomainUsesKafka.class, "java"),
        /** The deterministic simulator: the rules and the JDK. */
        MODEL(
                "dev.onsale.simulator",
                dev.onsale.simulator.violation.ModelUsesSchemas.class,
                "java",
                "org.jspecify",
                "dev.onsale.domain"),
        SCHEMAS(
                "dev.onsale.schemas",
                dev.onsale.schemas.violation.SchemasUseDomain.class,
                notOurs(),
                "dev.onsale.wire"),
        RUNTIME("dev.onsale.runtime", dev.onsale.runtime.violation.RuntimeUsesSchemas.class, notOurs()),
        INVENTORY(
                "dev.onsale.inventory",
                dev.onsale.inventory.violation.InventoryUsesOrders.class,
                notOurs(),
                "dev.onsale.domain",
                "dev.onsale.schemas",
                "dev.onsale.wire",
                "dev.onsale.runtime"),
        WIRE_MAPPING(
                "dev.onsale.inventory.wire",
                dev.onsale.inventory.wire.violation.WireMappingUsesStreams.class,
                "java",
                "org.jspecify",
                "org.apache.kafka.common",
                "dev.onsale.domain",
                "dev.onsale.schemas",
                "dev.onsale.wire"),
        /** A library of the services: flags, and the log of releases. */
        RELEASE(
                "dev.onsale.release",
                dev.onsale.release.violation.ReleaseUsesOrders.class,
                notOurs(),
                "dev.onsale.schemas",
                "dev.onsale.wire",
                "dev.onsale.runtime"),
        ORDERS(
                "dev.onsale.orders",
                dev.onsale.orders.violation.OrdersUseDomain.class,
                notOurs(),
                "dev.onsale.fallback",
                "dev.onsale.release",
                "dev.onsale.schemas",
                "dev.onsale.wire",
                "dev.onsale.runtime"),
        PAYMENTS(
                "dev.onsale.payments",
                dev.onsale.payments.violation.PaymentsUseOrders.class,
                notOurs(),
                "dev.onsale.fallback",
                "dev.onsale.release",
                "dev.onsale.schemas",
                "dev.onsale.wire",
                "dev.onsale.runtime"),
        /** The simulator is an oracle: it must not share code with what it judges. */
        SIMULATOR(
                "dev.onsale.payments.simulator",
                dev.onsale.payments.simulator.violation.SimulatorUsesSchemas.class,
                notOurs(),
                "dev.onsale.runtime"),
        AUDIT(
                "dev.onsale.audit",
                dev.onsale.audit.violation.AuditUsesStreamsApp.class,
                notOurs(),
                "dev.onsale.domain",
                "dev.onsale.schemas",
                "dev.onsale.wire",
                "dev.onsale.runtime",
                "dev.onsale.inventory.wire");

        private final String from;
        private final Class<?> violation;
        /** Packages, separated by blanks. */
        private final String allowed;

        Arrow(String from, Class<?> violation, String... allowed) {
            this.from = from;
            this.violation = violation;
            this.allowed = from + " " + String.join(" ", allowed);
        }

        private static String notOurs() {
            return "*";
        }

        ArchRule rule() {
            return classes()
                    .that()
                    .resideInAPackage(from + "..")
                    .should()
                    .onlyDependOnClassesThat(DescribedPredicate.describe("are in one of " + allowed, this::allows));
        }

        private boolean allows(JavaClass target) {
            JavaClass type = target.getBaseComponentType();
            return type.isPrimitive()
                    || Arrays.stream(allowed.split(" ", -1)).anyMatch(place -> isIn(type.getPackageName(), place));
        }

        private static boolean isIn(String packageName, String place) {
            return place.equals(notOurs())
                    ? !isIn(packageName, "dev.onsale")
                    : packageName.equals(place) || packageName.startsWith(place + ".");
        }
    }

    @ParameterizedTest
    @EnumSource
    void modules_dependOnlyOnWhatTheTableAllows(Arrow arrow) {
        arrow.rule().check(PRODUCTION);
    }

    @ParameterizedTest
    @EnumSource
    void rule_fires_whenItsFixtureViolatesIt(Arrow arrow) {
        var result = arrow.rule().evaluate(new ClassFileImporter().importClasses(arrow.violation));

        assertTrue(result.hasViolation());
    }

    /** Rules that are no arrows. */
    enum Rule {
        TIME_ARRIVES_IN_THE_COMMAND(dev.onsale.domain.violation.DomainReadsTheClock.class) {
            @Override
            ArchRule rule() {
                return noClasses()
                        .that()
                        .resideInAPackage("dev.onsale.domain..")
                        .should()
                        .dependOnClassesThat()
                        .haveNameMatching(
                                "java\\.time\\.(Clock|InstantSource)|java\\.util\\.(UUID|Random)|.*\\.ThreadLocalRandom")
                        .orShould()
                        .callMethod(System.class, "currentTimeMillis")
                        .orShould()
                        .callMethod(System.class, "nanoTime")
                        .orShould()
                        .callMethod(java.time.Instant.class, "now");
            }
        },
        /** Two runs of one seed are alike. */
        ALL_CHANCE_IS_THE_SEEDS(dev.onsale.simulator.violation.ModelReadsTheClock.class) {
            @Override
            ArchRule rule() {
                return noClasses()
                        .that()
                        .resideInAPackage("dev.onsale.simulator..")
                        .should()
                        .dependOnClassesThat()
                        .haveNameMatching(
                                "java\\.time\\..*|java\\.util\\.UUID|.*\\.ThreadLocalRandom|java\\.util\\.IdentityHashMap")
                        .orShould()
                        .callMethod(System.class, "currentTimeMillis")
                        .orShould()
                        .callMethod(System.class, "nanoTime")
                        .orShould()
                        .callMethod(System.class, "identityHashCode", Object.class);
            }
        };

        private final Class<?> violation;

        Rule(Class<?> violation) {
            this.violation = violation;
        }

        abstract ArchRule rule();
    }

    @ParameterizedTest
    @EnumSource
    void production_keepsTheRule(Rule rule) {
        rule.rule().check(PRODUCTION);
    }

    @ParameterizedTest
    @EnumSource
    void rule_fires_whenItsFixtureViolatesIt(Rule rule) {
        assertTrue(rule.rule()
                .evaluate(new ClassFileImporter().importClasses(rule.violation))
                .hasViolation());
    }

    @ParameterizedTest
    @EnumSource
    void rule_concernsProductionClasses(Arrow arrow) {
        assertFalse(PRODUCTION
                .that(DescribedPredicate.describe(
                        "in " + arrow.from, type -> Arrow.isIn(type.getPackageName(), arrow.from)))
                .isEmpty());
    }
}
