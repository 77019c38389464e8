package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import org.apache.hadoop.security.KerberosAuthException;
import org.junit.jupiter.api.Test;

class ReasonTest {
  @Test
  void isTheFirstLineWithoutItsFullStop() {
    assertThat(Reason.of(new IOException("  Quota exceeded.\n\tat some.Place")))
        .isEqualTo("Quota exceeded");
  }

  @Test
  void isTheKindOfAFailureThatSaysNothing() {
    assertThat(Reason.of(new IOException())).isEqualTo("IOException");
  }

  @Test
  void isThePermissionIfOnlyAFileIsNamed() {
    assertThat(Reason.of(new AccessDeniedException("/data"))).isEqualTo("Permission denied");
  }

  @Test
  void knowsAFullDisk() {
    assertThat(Reason.isNoSpace(new IOException(new IOException("No space left on device"))))
        .isTrue();
    assertThat(Reason.isNoSpace(new IOException("/x (Disk quota exceeded)"))).isTrue();
    assertThat(Reason.isNoSpace(new IOException("reset"))).isFalse();
  }

  @Test
  void namesAMissingTicket() {
    String ticket =
        "Hadoop uses Kerberos, and this process has no valid ticket: run kinit, or submit with"
            + " --principal and --keytab";
    assertThat(
            Reason.of(
                new IOException(
                    "DestHost:destPort x:8020",
                    new IOException("Client cannot authenticate via:[TOKEN, KERBEROS]"))))
        .isEqualTo(ticket);
    assertThat(Reason.of(new KerberosAuthException("Login failure for user: x"))).isEqualTo(ticket);
  }

  @Test
  void namesKerberosThatIsNotConfigured() {
    assertThat(
            Reason.of(
                new IOException(
                    "SIMPLE authentication is not enabled.  Available:[TOKEN, KERBEROS]")))
        .isEqualTo(
            "the file system asks for Kerberos: set hadoop.security.authentication to kerberos");
  }

  @Test
  void isNotLong() {
    assertThat(Reason.of(new IOException("x".repeat(1000)))).isEqualTo("x".repeat(300) + " …");
  }

  @Test
  void isNotOfS3WhereAnotherFileSystemDenies() {
    assertThat(Reason.of(new AccessDeniedException("/data", null, "nobody may")))
        .isEqualTo("/data: nobody may");
  }
}
