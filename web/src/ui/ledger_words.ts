// Names that the ledger gives to things, in the reader's language.
import { useSharedText } from '../text/text';

interface LedgerWords {
  kind: (kind: string) => string; // of an entry
  receivable: (key: string) => string;
}

export function useLedgerWords(): LedgerWords {
  const t = useSharedText();
  const kind = (text: string) => {
    switch (text.replaceAll(' ', '_')) {
      case 'bill':
        return t('entry_bill');
      case 'cancellation':
        return t('entry_cancellation');
      case 'payment':
        return t('entry_payment');
      case 'payment_reversal':
        return t('entry_payment_reversal');
      case 'match':
        return t('entry_match');
      case 'match_reversal':
        return t('entry_match_reversal');
      case 'adjustment':
        return t('entry_adjustment');
      default:
        return text.replaceAll('_', ' ');
    }
  };
  const receivable = (key: string) => {
    switch (key) {
      case 'receivable.electricity':
        return t('receivable_electricity');
      case 'receivable.gas':
        return t('receivable_gas');
      case 'receivable.water':
        return t('receivable_water');
      case 'receivable.tax':
        return t('receivable_tax');
      default:
        return key.replace(/^receivable\./, '').replaceAll('_', ' ');
    }
  };
  return { kind, receivable };
}
