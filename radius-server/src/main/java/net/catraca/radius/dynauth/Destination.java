package net.catraca.radius.dynauth;

import java.net.InetSocketAddress;
import net.catraca.radius.nas.SharedSecret;

/**
 * Where a NAS listens for CoA and Disconnect.
 *
 * @param address the source address of its sessions' records (RFC 5176 §6.1) with its CoA port
 * @param secret of that NAS
 * @param messageAuthenticator false only for equipment that drops packets which hold one
 */
public record Destination(InetSocketAddress address, SharedSecret secret, boolean messageAuthenticator) {}
