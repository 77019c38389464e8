/**
 * Collective operations of replicas, with PyTorch's c10d: rank 0 opens a {@link
 * org.palimpsest.collective.Rendezvous}, distributes its address, and every rank joins a {@link
 * org.palimpsest.collective.C10dCollective}.
 *
 * <p>c10d has no authorization and does not encrypt: its ports need a trusted network. The token in
 * an address only prevents runs from joining one another by accident.
 */
package org.palimpsest.collective;
