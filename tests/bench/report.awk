# Reads lines "NAME VALUE UNIT", each name as often as it was measured, and prints
# the median of each, in the order of their first appearance, then the ratios of
# ours to each peer: NAME.PEER and NAME.PEER.PART against NAME and NAME.PART.
# -v peers="poe caf ..." tells which parts of a name are peers.

BEGIN {
	n = split(peers, list, " ")
	for (i = 1; i <= n; i++)
		is_peer[list[i]] = 1
}

NF == 3 {
	if (!($1 in count))
		name[++names] = $1
	value[$1, ++count[$1]] = $2
	unit[$1] = $3
}

function median(of,    i, j, v, n, sorted)
{
	n = count[of]
	for (i = 1; i <= n; i++) {
		v = value[of, i]
		for (j = i; j > 1 && sorted[j - 1] + 0 > v + 0; j--)
			sorted[j] = sorted[j - 1]
		sorted[j] = v
	}
	if (n % 2)
		return sorted[(n + 1) / 2]
	return (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

function ratio(value)
{
	return sprintf(value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value)
}

# Ours and the ratio's name, of a peer's line.
function compare(peers_name,    part, n, i, ours, shown, better)
{
	n = split(peers_name, part, ".")
	if (!(part[2] in is_peer))
		return
	ours = part[1]
	for (i = 3; i <= n; i++)
		ours = ours "." part[i]
	if (!(ours in count) || middle[ours] + 0 <= 0 || middle[peers_name] + 0 <= 0)
		return
	better = middle[peers_name] / middle[ours]
	if (unit[ours] ~ /\/s$/)
		better = 1 / better
	print ours ".vs_" part[2], ratio(better), "x"
}

END {
	for (i = 1; i <= names; i++) {
		middle[name[i]] = median(name[i])
		print name[i], middle[name[i]], unit[name[i]]
	}
	for (i = 1; i <= names; i++)
		compare(name[i])
}
