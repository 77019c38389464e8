package org.palimpsest.training.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tickets that are valid need a server: modules/filesystems tests them. */
class KerberosCheckTest {
  private static final String HINT = ": run kinit, or submit with --principal and --keytab.";

  @TempDir private Path folder;

  @Test
  void saysNothingWithoutKerberos() {
    assertThat(KerberosCheck.ofThisProcess().finding()).isEmpty();
  }

  @Test
  void aMissingTicketFails() {
    Path cache = folder.resolve("krb5cc_1");
    assertThat(new KerberosCheck(cache).ofCache())
        .isEqualTo(
            Finding.fail(
                "ticket", "Hadoop uses Kerberos, but there is no ticket in " + cache + HINT));
  }

  @Test
  void aFileThatHoldsNoTicketFails() throws IOException {
    Path cache = Files.write(folder.resolve("krb5cc_1"), new byte[] {5, 4, 0, 0});
    assertThat(new KerberosCheck(cache).ofCache())
        .isEqualTo(
            Finding.fail(
                "ticket",
                "Hadoop uses Kerberos, but the ticket in "
                    + cache
                    + " is not, or no longer, valid"
                    + HINT));
  }
}
