/** onsale in containers, as docker-compose.yml and Testcontainers start it. Skipped, with the reason, without Docker. */
@NullMarked
package dev.onsale.system.cluster;

import org.jspecify.annotations.NullMarked;
