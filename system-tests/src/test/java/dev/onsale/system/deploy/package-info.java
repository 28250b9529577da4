/** What is in {@code deploy/} for Kubernetes and systemd: valid, and true to the services. */
@NullMarked
package dev.onsale.system.deploy;

import org.jspecify.annotations.NullMarked;
