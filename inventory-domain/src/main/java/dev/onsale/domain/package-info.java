/**
 * The rules of a sale: what a command leads to ({@link dev.onsale.domain.Decider}) and what an event changes ({@link
 * dev.onsale.domain.Section#evolve}). JDK only; time, ids and payment results arrive in commands.
 */
package dev.onsale.domain;
