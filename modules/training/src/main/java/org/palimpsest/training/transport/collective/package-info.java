/**
 * Segments as one barrier stage whose workers exchange over sockets of their own: form the group,
 * open the replica, train round by round, write checkpoints, report.
 */
package org.palimpsest.training.transport.collective;
