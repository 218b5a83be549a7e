<?php
// Sends a file for a list, shows what would change, and imports it: import.php LIST FILE NOTE [--accept]
// GATEKEEPER_URL is the desk's address, GATEKEEPER_KEY a key for the scope `lists.import`. Needs nothing but PHP, whose
// `memory_limit` has to be above the size of the file: it is read whole.

function give_up(string ...$lines): never
{
    fwrite(STDERR, implode("\n", $lines) . "\n");
    exit(1);
}

function place(array $fault): string
{
    return ($fault['file'] ?? '') . ', line ' . ($fault['line'] ?? '') . ': ' . $fault['detail'];
}

function ask(string $method, string $path, ?string $body = null, string $kind = 'application/json'): array
{
    $headers = ['Authorization: Bearer ' . getenv('GATEKEEPER_KEY'), "Content-Type: $kind"];
    if ($method === 'POST') {
        $headers[] = 'Idempotency-Key: ' . bin2hex(random_bytes(16));
    }
    $context = stream_context_create(['http' => [
        'method' => $method,
        'header' => $headers,
        'content' => $body ?? '',
        'timeout' => 120,
        'ignore_errors' => true,
    ]]);
    $text = @file_get_contents(getenv('GATEKEEPER_URL') . $path, false, $context);
    $answer = $text === false ? null : json_decode($text, true);
    if (!is_array($answer)) {
        give_up('nothing is known: no answer');
    }
    if (isset($answer['status'])) {
        give_up('nothing was changed: ' . $answer['detail'], ...array_map('place', $answer['errors'] ?? []));
    }
    return $answer;
}

// Waits until what was begun has ended.
function ended(array $found): array
{
    while (in_array($found['state'], ['looking', 'importing'], true)) {
        sleep(1);
        $found = ask('GET', "/v1/imports/{$found['id']}");
    }
    if ($found['problem'] !== null) {
        $problem = $found['problem'];
        give_up('nothing was changed: ' . $problem['detail'], ...array_map('place', $problem['errors'] ?? []));
    }
    return $found;
}

[, $list, $path, $note] = $argv;
$content = file_get_contents($path);
if ($content === false) {
    give_up("nothing was changed: $path can't be read");
}
$where = '/v1/lists/' . rawurlencode($list) . '/imports?' . http_build_query(['name' => basename($path)]);
$looked = ended(ask('POST', $where, $content, 'application/octet-stream'));
$counts = ['read', 'taken', 'rejected', 'added', 'dropped', 'before', 'after'];
echo implode(', ', array_map(fn ($name) => "$name {$looked['report'][$name]}", $counts)), "\n";
foreach ($looked['report']['warnings'] as $warning) {
    echo "look at this: $warning\n";
}
$said = json_encode(['note' => $note, 'accept' => in_array('--accept', $argv, true)]);
$done = ended(ask('POST', "/v1/imports/{$looked['id']}/commit", $said));
echo 'imported: version ', $done['report']['version'], "\n";
