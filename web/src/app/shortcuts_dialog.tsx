import { Group, Kbd, Modal, Table } from '@mantine/core';
import { useLocale } from '../text/locale';
import { useSharedText } from '../text/text';
import { useEntries } from './navigation';

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const t = useSharedText();
  const { choice } = useLocale();
  const rows: [string, string[]][] = [
    [t('shortcut_search'), ['Ctrl', 'K']],
    [t('shortcut_help'), ['?']],
    ...useEntries().flatMap((entry): [string, string[]][] =>
      entry.key === undefined ? [] : [[t('shortcut_go', { page: entry.label[choice.language] }), ['g', entry.key]]],
    ),
    [t('shortcut_rows'), ['↑', '↓']],
    [t('shortcut_open'), ['Enter']],
    [t('shortcut_close'), ['Esc']],
  ];
  return (
    <Modal opened onClose={onClose} title={t('shortcuts')} closeButtonProps={{ 'aria-label': t('close') }}>
      <Table>
        <Table.Tbody>
          {rows.map(([what, keys]) => (
            <Table.Tr key={what}>
              <Table.Th scope="row" fw={400}>
                {what}
              </Table.Th>
              <Table.Td>
                <Group gap={4} justify="flex-end">
                  {keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
