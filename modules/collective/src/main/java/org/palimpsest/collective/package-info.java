/**
 * Replicas that compute together, by PyTorch's c10d: rank 0 opens a {@link
 * org.palimpsest.collective.Rendezvous}, spreads its address, and every rank joins a {@link
 * org.palimpsest.collective.C10dCollective}.
 *
 * <p>c10d knows no authorization and does not encrypt: the ports belong in a trusted network. The
 * token in an address only keeps runs from joining one another by accident.
 */
package org.palimpsest.collective;
